"""English words that say nothing about what a text is about. Data.

Whole rather than short: of all that was measured, a full list brought more than the stemmer did. Apostrophes
separate words, so the halves of contractions stand here too; and so does what is said only to keep a talk going.
"may" does not: it is a month far more often than a doubt when people write down what happened; nor does "won", which
is the answer to who won far more often than "won't".
"""

from __future__ import annotations

from typing import FrozenSet

STOP_WORDS: FrozenSet[str] = frozenset(
    """
    a an the this that these those such
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    who whom whose which what when where why how
    am is are was were be been being
    do does did doing have has had having
    can could should would will shall might must
    about above across after against along among around as at before behind below beneath beside besides between
    beyond by down during for from in inside into of off on onto out outside over through throughout to toward
    towards under until up upon via with within without
    and or but nor so than then if because while although though unless whether since
    not no any some all both each either neither every other another own same few more most much
    also just only very too again further once here there ever even still quite rather
    s t d m ll re ve don didn doesn isn aren wasn weren hasn haven hadn wouldn couldn shouldn mustn ain
    gonna wanna gotta kinda sorta ok okay oh hey hi hello wow yeah yep yup yes um uh haha lol hmm ah aw aww
    im ive dont didnt doesnt isnt wasnt cant cannot
    """.split()
)

# What turns a sentence into its opposite; "t" is what is left of "n't". They are stop words to the index and must
# never be to a comparison.
NEGATIONS: FrozenSet[str] = frozenset(
    "t no not never none nobody nothing nowhere neither nor cannot without cant dont didnt doesnt isnt wasnt".split()
)
