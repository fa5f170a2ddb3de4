"""English forms that no suffix rule joins, and those that it should not: irregular forms, two spellings, stems. Data.

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
child children kid kids
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
bus buses
gas gases
lens lenses
quiz quizzes
pie pies
sky skies
spy spies spied
fry fries fried
dry dries dried
try tries tried
cry cries cried
"""

# Names of one thing that people use side by side; weekdays and months as they are cut short.
_SHORT = """
mom moms mum mums mommy mummy mother mothers
dad dads daddy father fathers
grandma grandmas grandmother grandmothers granny
grandpa grandpas granddad grandad grandfather grandfathers
movie movies film films
photo photos photograph photographs pic pics
favorite fave faves
bike bikes bicycle bicycles
tv tvs television televisions
phone phones telephone telephones
fridge fridges refrigerator refrigerators
monday mon
tuesday tue tues
wednesday wed
thursday thu thur thurs
friday fri
january jan
february feb
april apr
august aug
september sep sept
october oct
november nov
december dec
"""

# Stems, not words: the American one and the British one, so that one line covers every inflection.
_STEM_SPELLINGS = """
aging ageing
airplan aeroplan
aluminum aluminium
analog analogu
anemia anaemia
anesthesia anaesthesia
anesthet anaesthet
apolog apologis
archeolog archaeolog
archeologist archaeologist
armor armour
artifact artefact
behavior behaviour
catalog catalogu
center centr
centimet centimetr
character characteris
check chequ
chili chilli
civil civilis
colon colonis
color colour
counselor counsellor
cozi cosi
critic criticis
custom customis
defens defenc
dialog dialogu
diarrhea diarrhoea
digit digitis
donut doughnut
emphas emphasis
encyclopedia encyclopaedia
endeavor endeavour
equal equalis
familiar familiaris
favor favour
favorit favourit
fertil fertilis
fiber fibr
final finalis
flavor flavour
fuel fuell
gener generalis
glamor glamour
grai grei
gynecologist gynaecologist
harbor harbour
hemorrhag haemorrhag
honor honour
hospit hospitalis
humor humour
ideal idealis
immun immunis
jewelri jewelleri
judgment judgement
kilomet kilometr
labor labour
legal legalis
leukemia leukaemia
licens licenc
liter litr
local localis
maneuv manoeuvr
maxim maximis
memor memoris
meter metr
millilit millilitr
millimet millimetr
minim minimis
mobil mobilis
modern modernis
mold mould
motor motoris
mustach moustach
natur naturalis
neighbor neighbour
neighborhood neighbourhood
neutral neutralis
normal normalis
odor odour
offens offenc
omelet omelett
optim optimis
organ organis
orthoped orthopaed
pajama pyjama
paralyz paralys
parlor parlour
pediatr paediatr
pediatrician paediatrician
plow plough
popular popularis
practic practis
program programm
public publicis
random randomis
realiz realis
recogn recognis
rigor rigour
rumor rumour
savor savour
savori savouri
scrutin scrutinis
skeptic sceptic
skill skil
social socialis
somber sombr
special specialis
splendor splendour
stabil stabilis
standard standardis
steril sterilis
subsid subsidis
sulfur sulphur
summar summaris
symbol symbolis
sympath sympathis
theater theatr
tire tyre
tumor tumour
util utilis
vapor vapour
vigor vigour
visual visualis
whiskei whiski
woolen woollen
yogurt yoghurt
"""

# Words that Porter's rules would give the stem of another word, and keep as they are: the first of a line is its term.
_APART = """
news
anime
animation animations animated animate animator animators
experiment experiments experimented experimenting experimental
university universities
generous generously generosity
generate generates generated generating generation generations generator generators
polite politely politeness
important importantly importance
communicate communicates communicated communicating communication communications communicative
communism
authority authorities
international internationally
internal internally
department departments departmental
physics
tired tiring tiredness
customer customers
organs organ
organic organically
statue statues
emergency emergencies
personality personalities
personal personally
conservative conservatives
doctorate doctorates
identical identically
marketing
accountant accountants accounting
audition auditions auditioned auditioning
busy busier busiest
chilly
earring earrings
frosting
officer officers
presentation presentations
seasoning seasonings
fortunate fortunately
boxing
journalism
"""


def _by_form(*tables: str) -> Dict[str, str]:
    lines = (line.split() for table in tables for line in table.strip().splitlines())
    return {form: base for base, *forms in lines for form in forms}


BASE_FORMS: Dict[str, str] = _by_form(_VERBS, _NOUNS, _SHORT)
STEM_SPELLINGS: Dict[str, str] = _by_form(_STEM_SPELLINGS)
APART: Dict[str, str] = {word: line.split()[0] for line in _APART.strip().splitlines() for word in line.split()}
