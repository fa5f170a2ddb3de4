"""The verbs, roles and attributes by which relations are found, and the words that end or undo them. Data."""

from __future__ import annotations

from typing import Dict, FrozenSet, NamedTuple, Tuple

from .capitals import DAYS_AND_MONTHS
from .entities import KIN
from .stopwords import STOP_WORDS


class Verb(NamedTuple):
    """One form of a verb, and what it may take."""

    #: The verb as a relation shows it: "lives", "moved".
    shown: str
    #: The prepositions that begin its objects; "-" for an object without any, "=" for a name;
    #: "up_in" is "up in", "=to" takes only names, "+to" stands next to the verb.
    takes: FrozenSet[str]


# Base, third person, past and (where "is living" says the same as "lives") -ing form; then what the verb takes.
_VERBS = """
acquire acquires acquired | -
adopt adopts adopted | - from
attend attends attended attending | -
belong belongs belonged | to
bring brings brought | =
build builds built building | -
buy buys bought | - from
coach coaches coached coaching | -
collect collects collected collecting | -
come comes came | from
cook cooks cooked | -
design designs designed designing | -
direct directs directed directing | -
dislike dislikes disliked | - +to
drink drinks - | -
drive drives drove | -
enjoy enjoys enjoyed enjoying | -
founds founds founded | -
graduate graduates graduated | from in
grow grows grew | up_in
hate hates hated | - +to
hire hires hired | =
invent invents invented | -
join joins joined | -
launch launches launched | -
lead leads led leading | -
learn learns - learning | - +to
leave leaves left | =
like likes liked | - +to
live lives lived living | in at near with on
love loves loved loving | - +to
major majors majored majoring | in
manage manages managed managing | -
marry marries married | =
meet meets met | =
move moves moved | to from into
own owns owned | -
paint paints painted | -
play plays played playing | - for in
practice practices practiced practicing | -
practise practises practised practising | -
prefer prefers preferred | - +to
publish publishes published | -
quit quits quit | -
rent rents rented renting | - in
report reports reported reporting | to
retire retires retired | from
run runs ran running | - in
sell sells sold selling | - to
speak speaks - | =
specialise specialises specialised specialising | in
specialize specializes specialized specializing | in
star stars starred starring | in
start starts started | -
study studies studied studying | - at in
suffer suffers suffered suffering | from
teach teaches taught teaching | - at in
train trains trained training | for with at
travel travels traveled | to
travel travels travelled | to
use uses - using | - for
visit visits visited | -
volunteer volunteers volunteered volunteering | at for with in
win wins won | -
work works worked working | at for as in with on
write writes wrote writing | -
go goes went | =to
fly flies flew | to
"""

# After a form of "to be" or "to get": what each takes, told in the same way.
BE_PHRASES: Dict[str, FrozenSet[str]] = {
    line.split("|")[0].strip(): frozenset(line.split("|")[1].split())
    for line in """
    afraid | of
    allergic | to
    based | in
    born | in at
    called | -
    diagnosed | with
    employed | by at
    engaged | to
    founded | =by
    from | =
    hired | by at
    interested | in
    located | in
    married | to
    named | -
    owned | =by
    promoted | to
    scared | of
    terrified | of
    written | =by
    """.strip().splitlines()
}

# What people are for long, said without an article.
STATES: FrozenSet[str] = frozenset(
    """
    vegan vegetarian pescatarian retired divorced widowed single pregnant diabetic asthmatic lactose-intolerant
    gluten-free left-handed colour-blind colorblind bilingual unemployed self-employed
    """.split()
)

PETS: FrozenSet[str] = frozenset(
    """
    dog puppy cat kitten parrot hamster rabbit bunny horse pony turtle tortoise snake fish goldfish lizard gecko pet
    budgie canary ferret hedgehog
    """.split()
)
# What people have for long; the last word of what follows "I have".
BELONGINGS: FrozenSet[str] = (
    KIN
    | PETS
    | frozenset(
        """
        dogs puppies cats kittens pets kids children sons daughters sisters brothers siblings grandchildren child baby
        kid car truck bike motorcycle motorbike boat house apartment flat cabin garden farm allergy asthma diabetes
        migraines degree phd masters business bakery shop restaurant blog podcast piano guitar violin tattoo tattoos
        """.split()
    )
)
ATTRIBUTES: FrozenSet[str] = frozenset(
    """
    name nickname surname job profession occupation email e-mail number phone address password passcode pin code
    username login birthplace hometown birthday age height weight size hobby hobbies major degree goal nationality
    religion budget capital population currency ceo cto founder president mayor owner deadline price rent salary title
    """.split()
)
# What somebody is without an article: "CEO of Acme".
OFFICES: FrozenSet[str] = frozenset("ceo cto cfo founder co-founder president mayor owner director chair head".split())
# Keys of notes that say what the line is and not what something is.
NO_KEYS: FrozenSet[str] = frozenset(
    """
    note notes reminder todo ps fyi update edit re subject question answer q a warning example tip user assistant
    system bot ai summary reply message hint error me http https time
    """.split()
)

ADVERBS: FrozenSet[str] = frozenset(
    """
    also just really recently finally now still always currently actually absolutely totally already originally
    previously once both so truly usually often sometimes mostly mainly only even officially happily proudly early
    originally simply personally definitely especially generally formerly
    """.split()
)
# Between a verb and its preposition; "up" belongs to the verb.
PARTICLES: FrozenSet[str] = frozenset(
    """
    back over here there away out up down full-time part-time remotely together alone currently hard mostly abroad
    """.split()
)
QUALIFIERS: FrozenSet[str] = frozenset(
    "older younger elder big little best new old late twin oldest youngest eldest dear close good beloved first".split()
)
DETERMINERS: FrozenSet[str] = frozenset("a an the my our his her their its some".split())

_TIME_WORDS = DAYS_AND_MONTHS | frozenset(
    """
    last next ago every everyday daily weekly later soon again lately anymore nowadays year month week weekend day
    morning evening night today's
    """.split()
)
_LINKS = frozenset("per plus like including except despite lot lots".split())
# Where an object ends.
CUTS: FrozenSet[str] = (STOP_WORDS | _TIME_WORDS | _LINKS) - {"of"}
# What an object must not begin with: pointing words, denials, and words that need the rest of the sentence.
NO_OBJECTS: FrozenSet[str] = frozenset(
    """
    idea
    nothing none everything something anything anyone someone everyone everybody somebody nobody lots lot bit ton tons
    way things thing stuff one ones being getting going having seeing hearing off well better best much many kind sort
    time trying feeling thinking looking long
    """.split()
)
# "I'm a bit tired", "she is the best": no description of anybody.
NO_KINDS: FrozenSet[str] = frozenset(
    """
    part man woman kid boy girl child person fan bit little lot big huge mess few couple complete total tad best worst
    reason way thing one same only great good nice must real blast joy pleasure delight shame pity sign
    """.split()
)
# Before a statement in its sentence, these make it a wish, a condition, a question, hearsay or its opposite.
DOUBTS: FrozenSet[str] = frozenset(
    """
    if unless whether wish wishes wished hope hopes hoped hoping maybe perhaps might may would could should can did do
    does imagine suppose pretend pretended not never no dream dreamed dreamt dreams think thinks thought believe
    believes believed guess assume assumes assumed wonder wondering until before cannot don't didn't doesn't isn't
    wasn't can't won't wouldn't couldn't shouldn't who how why what where dont didnt doesnt isnt wasnt cant wont let
    lets let's rather
    """.split()
)


def _verb_forms() -> Tuple[Dict[str, Verb], Dict[str, Verb], Dict[str, Verb]]:
    first: Dict[str, Verb] = {}
    third: Dict[str, Verb] = {}
    continuous: Dict[str, Verb] = {}
    for line in _VERBS.strip().splitlines():
        forms, taken = line.split("|")
        base, present, past, *ing = forms.split()
        takes = frozenset(taken.split())
        first[base] = third[present] = Verb(present, takes)
        if past != "-":
            first[past] = third[past] = Verb(past, takes)
        for form in ing:
            continuous[form] = Verb(present, takes)
    return first, third, continuous


FIRST_PERSON, THIRD_PERSON, CONTINUOUS = _verb_forms()
"""The verbs by the forms in which they follow "I", follow a name, and follow "is"."""
