"""Every number of the ranking, and where it comes from. Nothing else decides what counts for how much.

Measured means: on the development half of LoCoMo, whose turns are ten to twenty words long, by changing this number
alone. The plateau is flat, so that no number is sharper than its last digit shows; the gain of each step stands in
the table of `tests/benchmarks/recall.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """What a question's words, a memory's surroundings and its form count for."""

    #: How soon more of the same word stops to count. 0.9 is what Anserini and Pyserini ship; 1.2 measured 0.1 lower.
    k1: float = 0.9
    #: How much long memories pay for their length. At the textbook's 0.75 one-line turns crowd out the rest (-3).
    b: float = 0.4

    #: A word that only frames the question ("what kind of", "mention") against one it is about.
    frame: float = 0.45
    #: A speaker's name as a word: the factor `speaker` does what it is there for.
    name: float = 0.5
    #: A related word of the lexicon; its strength there (1, 0.8, 0.4) comes on top.
    related: float = 0.6

    #: What the turn after one that holds a word borrows of it, the turn before, and what is left a turn further on.
    after: float = 0.6
    before: float = 0.4
    fading: float = 0.65
    #: How many turns far.
    reach: int = 3
    #: What an answer borrows of the question just before it, by somebody else, on top of `after`.
    answer: float = 0.45
    #: Borrowing is turned down to nothing where neighbours share no more words than strangers do, and is whole where
    #: they share this much more: 2.7 points of recall are lost among loose facts without it.
    coherence: float = 0.5

    #: Said by whom the question names: so much more where two speak, less where more do.
    speaker: float = 0.7
    #: Said of oneself, by whom the question names.
    own_words: float = 0.05
    #: Shows what the question asks for: a time, a number, a place, a name.
    tells_time: float = 0.4
    counts: float = 0.2
    tells_place: float = 0.2
    names_asked: float = 0.1
    #: Names something at all: who tells news names things, who says how nice it is does not.
    names: float = 0.1
    #: A question is seldom the answer to one.
    asks: float = -0.1
    #: A memory of no length; after `short_terms` more terms a third of it is left.
    short: float = -0.15
    short_terms: float = 6.0
    #: Was said in, or tells of, the time that the question names.
    same_time: float = 0.3
    #: Mentions an entity of several words whose whole name the question holds: "New York" is not new in York. Talk
    #: names few of them, so that nothing was measured either way.
    entity: float = 0.1
    #: States a relation of whom the question names, which speaks of at least half of the rest of it.
    fact: float = 0.15
    #: Whether the relations of what such a relation leads to are looked at, too.
    further_facts: bool = True

    #: What the words of the best memories count for together, as a share of the question's own; how many memories
    #: and words (pseudo-relevance feedback: Lavrenko and Croft, 2001, with the mixture of RM3).
    feedback: float = 0.17
    feedback_memories: int = 3
    feedback_terms: int = 10


WEIGHTS = Weights()
