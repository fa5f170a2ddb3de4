"""English forms that no suffix rule joins: irregular verbs and plurals, and the two spellings. Data.

One line is one word: its base form first, then the forms that mean the same. Forms that are more often another word
("rose", "bit", "ground", "wound", "lay"), or that would lose a common word its other forms ("lives" and "leaves" the
verbs, "shot" with its "shots"), are left out.
"""

from __future__ import annotations

from typing import Dict

_VERBS = """
arise arose arisen
awake awoke awoken
become became
begin began begun
bend bent
bite bitten
bleed bled
blow blew blown
break broke broken
breed bred
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
come came
creep crept
deal dealt
dig dug
draw drew drawn
dream dreamt
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feed fed
feel felt
fight fought
find found
flee fled
fling flung
fly flew flown flies
forbid forbade forbidden
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
get got gotten
give gave given
go went gone goes
grow grew grown
hang hung
hear heard
hide hid hidden
hold held
keep kept
kneel knelt
know knew known
lead led
lean leant
leap leapt
learn learnt
leave left
lend lent
lie lied lying
light lit
lose lost
make made
mean meant
meet met
mistake mistook mistaken
overcome overcame
pay paid
prove proven
ride rode ridden
ring rang rung
rise risen
run ran
say said
see saw seen
seek sought
sell sold
send sent
sew sewn
shake shook shaken
shine shone
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sit sat
sleep slept
slide slid
speak spoke spoken
speed sped
spell spelt
spend spent
spill spilt
spin spun
spoil spoilt
spring sprang sprung
stand stood
steal stole stolen
stick stuck
sting stung
strike struck
strive strove striven
swear swore sworn
sweep swept
swell swollen
swim swam swum
swing swung
take took taken
teach taught
tear tore torn
tell told
think thought thoughts
throw threw thrown
tie tied tying
understand understood
undo undid undone
wake woke woken
wear wore worn
weave wove woven
weep wept
win won
withdraw withdrew withdrawn
write wrote written
die died dying
"""

_NOUNS = """
child children
person people
man men
woman women
foot feet
tooth teeth
goose geese
mouse mice
ox oxen
wife wives
knife knives
wolf wolves
loaf loaves
half halves
shelf shelves
thief thieves
calf calves
scarf scarves
self selves
crisis crises
thesis theses
criterion criteria
phenomenon phenomena
cactus cacti
analyse analysis
diagnose diagnosis
"""

_SPELLINGS = """
color colour
favorite favourite fave
neighbor neighbour
behavior behaviour
honor honour
humor humour
harbor harbour
labor labour
flavor flavour
rumor rumour
center centre
theater theatre
meter metre
liter litre
fiber fibre
gray grey
tire tyre
program programme
catalog catalogue
dialog dialogue
jewelry jewellery
traveled travelled
traveling travelling
canceled cancelled
organize organise
realize realise
apologize apologise
recognize recognise
license licence
defense defence
practice practise
pajamas pyjamas
mom mum
cozy cosy
plow plough
check cheque
airplane aeroplane
photo photograph
bike bicycle
tv television
phone telephone
fridge refrigerator
"""


def _by_form(*tables: str) -> Dict[str, str]:
    lines = (line.split() for table in tables for line in table.strip().splitlines())
    return {form: base for base, *forms in lines for form in forms}


BASE_FORMS: Dict[str, str] = _by_form(_VERBS, _NOUNS, _SPELLINGS)
