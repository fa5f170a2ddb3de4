"""Two kinds of made-up buckets, with questions that they answer and questions about what was never stored.

`facts` are loose statements about people and machines: what is never stored is a stranger, a thing of somebody known
that only others have, or a thing that nobody has. `talk` is conversations whose answers share few words with the
questions; what is never stored are topics that nobody touched.
"""

from __future__ import annotations

import random
from typing import List, NamedTuple, Sequence, Tuple

_PEOPLE = "Alma Boris Celia Dario Edith Fabio Gerda Hanno Irma Joost Katya Lorenz Maeve Nils Olga Piet Ruth Ulf".split()
_MACHINES = "archive gateway payroll ledger upload replica".split()


class Attribute(NamedTuple):
    """How something is stated of somebody, and how people ask for it."""

    statement: str
    questions: Sequence[str]
    values: Sequence[str]


_OF_PEOPLE = (
    Attribute("{who}'s plumber is {value}.", ["Who is {who}'s plumber?"], ["Mr. Tate", "Ms. Crane", "old Ferris"]),
    Attribute("{who} lives in {value}.", ["Where does {who} live?"], ["Delft", "Trieste", "Cork", "Graz"]),
    Attribute("{who} is allergic to {value}.", ["What is {who} allergic to?"], ["peanuts", "wasps", "latex"]),
    Attribute(
        "{who}'s favorite flower is the {value}.",
        ["What is {who}'s favourite flower?", "Which flower is {who}'s favorite?"],
        ["tulip", "iris", "dahlia"],
    ),
    Attribute(
        "{who} takes the {value} bus to the office.",
        ["Which bus does {who} take to the office?", "Which bus takes {who} to the office?"],
        ["7:15", "8:02", "number 12"],
    ),
    Attribute(
        "{who} was born on {value}.", ["When was {who} born?", "On what day was {who} born?"], ["2 May 1980", "9 June"]
    ),
    Attribute("{who} borrowed {value} from the library.", ["What did {who} borrow from the library?"], ["Emma"]),
    Attribute("{who} pays {value} euros of rent.", ["How much rent does {who} pay?"], ["640", "1,150", "905"]),
    Attribute("{who} plays chess against {value}.", ["Against whom does {who} play chess?"], ["Walt", "Dina"]),
)
_OF_MACHINES = (
    Attribute("The {who} server listens on port {value}.", ["On which port does the {who} server listen?"], ["7443"]),
    Attribute("The {who} service is maintained by {value}.", ["Who maintains the {who} service?"], ["Uwe", "Rita"]),
    Attribute("Backups of the {who} disk run at {value}.", ["When do backups of the {who} disk run?"], ["2 am", "noon"]),
    Attribute("The {who} server has {value} GB of memory.", ["How much memory does the {who} server have?"], ["96"]),
)
_NOBODYS = (
    "What is {who}'s passport number?",
    "Which dentist does {who} go to?",
    "What is the name of {who}'s parrot?",
    "When did {who} get divorced?",
    "How tall is {who}?",
    "Which violin did {who} inherit?",
    "What did {who} pay for the caravan?",
    "Who taught {who} to juggle?",
    "What is {who}'s blood group?",
    "Why did {who} cancel the wedding?",
)
_NO_MACHINES = (
    "Which certificate does the {who} server present?",
    "What is the password of the {who} database?",
    "How many replicas does the {who} service have?",
    "In which country does the {who} server stand?",
)

_SCENES: Sequence[Tuple[Sequence[str], Sequence[str]]] = (
    (
        ["{a}: Guess who moved in with me? A little poodle!", "{b}: No way! What's her name?", "{a}: Biscuit."],
        ["What is the name of {a}'s dog?", "Who moved in with {a}?"],
    ),
    (
        ["{b}: How was the interview?", "{a}: They want me! I start at the bakery on Monday.", "{b}: Wow, well done!"],
        ["Where did {a} have an interview?", "When does {a} start at the bakery?"],
    ),
    (
        ["{a}: My knee still hurts from the marathon.", "{b}: See a doctor!", "{a}: I did. Two weeks of rest!"],
        ["What did the doctor tell {a} about the knee?", "How long does {a} have to rest?"],
    ),
    (
        ["{b}: We finally booked our flights to Iceland.", "{a}: Jealous! When?", "{b}: In August, for ten days."],
        ["When will {b} travel to Iceland?", "How long will {b} stay in Iceland?"],
    ),
    (
        ["{a}: Grandpa gave me his old accordion.", "{b}: Can you play it?", "{a}: Two songs by now, both sad ones."],
        ["Who gave {a} the accordion?", "Which instrument did {a} get from {a}'s grandfather?"],
    ),
    (
        ["{b}: I burned the lasagna again.", "{a}: So what did you eat?", "{b}: Cereal, in front of the television."],
        ["What did {b} burn?", "What did {b} eat after burning the lasagna?"],
    ),
    (
        ["{a}: My sister had her baby!", "{b}: Congratulations! Boy or girl?", "{a}: A girl, they call her Juno."],
        ["What is the name of the baby of {a}'s sister?", "Did {a}'s sister have a boy or a girl?"],
    ),
    (
        ["{b}: The pottery class was full, so I joined the choir.", "{a}: You sing?", "{b}: Alto, every Thursday."],
        ["Why did {b} join the choir?", "On which day does {b} sing in the choir?"],
    ),
    (
        ["{a}: Somebody stole my bicycle at the station.", "{b}: Terrible! Insured?", "{a}: Luckily, for 900 euros."],
        ["Where was {a}'s bike stolen?", "What was stolen from {a} at the station?"],
    ),
    (
        ["{b}: I'm reading a novel about lighthouse keepers.", "{a}: Any good?", "{b}: Slow, but I can't put it down."],
        ["What book is {b} reading?", "What is {b}'s novel about?"],
    ),
)
_CHAT = (
    "{a}: Good morning! How are you?",
    "{b}: Can't complain, thanks.",
    "{a}: It rains and rains here.",
    "{b}: Haha, same as ever.",
    "{a}: Talk to you later!",
    "{b}: Take care, bye!",
)
_NEVER_TOUCHED = (
    "Which submarine did {who} visit?",
    "How many goats does {who} keep?",
    "What did {who} plant in the greenhouse?",
    "When did {who} sell the motorcycle?",
    "Which mortgage did {who} choose?",
    "What colour is {who}'s umbrella?",
    "Who repaired {who}'s chimney?",
    "How long was {who} in the navy?",
    "What is {who}'s shoe size?",
    "What did {who} order at the sushi bar?",
    "Why did {who} quarrel with the landlord?",
    "Which telescope does {who} own?",
    "When was {who}'s tonsil surgery?",
    "Where does {who} hide the spare key?",
    "What did {who} say about the election?",
)


class Exam(NamedTuple):
    """A bucket's contents, and what to ask it."""

    contents: List[str]
    answerable: List[str]
    unknown: List[str]


def facts(rng: random.Random) -> Exam:
    """Return a bucket of loose facts."""
    exam = Exam([], [], [])
    people, machines = rng.sample(_PEOPLE, 10), rng.sample(_MACHINES, 5)
    _state(rng, exam, people[:7], _OF_PEOPLE)
    _state(rng, exam, machines[:4], _OF_MACHINES)
    for strangers, attributes in ((people[7:], _OF_PEOPLE), (machines[4:], _OF_MACHINES)):
        exam.unknown.extend(
            question.format(who=who)
            for who in strangers
            for attribute in attributes
            for question in attribute.questions
        )
    exam.unknown.extend(question.format(who=who) for who in people for question in _NOBODYS)
    exam.unknown.extend(question.format(who=who) for who in machines for question in _NO_MACHINES)
    rng.shuffle(exam.contents)
    return exam


def _state(rng: random.Random, exam: Exam, known: Sequence[str], attributes: Sequence[Attribute]) -> None:
    for attribute in attributes:
        having = rng.sample(known, len(known) // 2)
        for who in known:
            asked = [question.format(who=who) for question in attribute.questions]
            if who in having:
                exam.contents.append(attribute.statement.format(who=who, value=rng.choice(attribute.values)))
                exam.answerable.extend(asked)
            else:
                exam.unknown.extend(asked)


def talk(rng: random.Random) -> Exam:
    """Return a bucket of conversations between two people, each with its date in front of every turn."""
    exam = Exam([], [], [])
    one, other = rng.sample(_PEOPLE, 2)
    for day, (turns, questions) in enumerate(rng.sample(_SCENES, len(_SCENES)), 1):
        a, b = rng.choice([(one, other), (other, one)])
        said = [_CHAT[0], _CHAT[1], *turns, *rng.sample(_CHAT[2:], 2)]
        exam.contents.extend(f"[{day} March 2024] {turn.format(a=a, b=b)}" for turn in said)
        exam.answerable.extend(question.format(a=a, b=b) for question in questions)
    exam.unknown.extend(question.format(who=who) for who in (one, other) for question in _NEVER_TOUCHED)
    return exam
