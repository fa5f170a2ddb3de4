"""Concept groups about things, places, the body, time and qualities that daily life is full of. Data."""

GROUPS = """
dine meal | restaurant
morning early | breakfast
weekend saturday sunday
weekday workday
often frequency frequently | time weekly daily twice
frequently often | hourly
former previous
previous earlier
nowadays now today
vacation | camp
abroad foreign country
countryside farm village
farm ranch | rural
coast seaside beach shore | sea
sea ocean beach
hill slope mountain
highland mountain
hotel lodging accommodation
storey floor
attic loft
hall corridor
hedge bush shrub
fence hedge
elevator lifting
heat thermostat | degree warm
temperature degree | warm cold heat
airconditioning cooling
electric water gas
light lamp | spotlight
spotlight lamp
pet animal | parrot goldfish
bird parrot
insect | wasp
vet veterinary animal | vaccine
beast animal
vaccine | jab
shot jab injection | vaccine
medicine medical drug tablet pill | penicillin inhaler antihistamine
antibiotic penicillin
dose dosage | mg
hypertension blood | pressure
cholesterol blood
physio physiotherapist physiotherapy
therapist physio
doctor doc | physician nurse
dentist teeth | dental
teeth dental
optician glass eye
eyesight sight | eye glass
deaf hearing
headache migraine head
cough breathing | asthma
breathing | inhaler
asthma breathing
hand | thumb finger wrist
leg | ankle knee
nausea sick | seasick carsick
unwell sick illness | carsick seasick
illness | migraine
pregnant expecting | twin
baby | twin
pram stroller buggy
boyfriend partner | ex
tutor teacher | lesson
course train class
pupil student | kid
license drive | test
carpenter wood
jewelry ring necklace
oven bake
kitchen oven bake
sandwich bread
alcohol wine beer
musician | cello orchestra
genre film | horror
newspaper paper | daily news
football soccer | goalie match
barbecue party
loud noisy noise
polite friendly
disappointed unhappy
tired sleepy
heavy weight
duration long
short brief
dirty clean
wet rain
rain wet weather
timepiece watch clock
jewel ring
scarf shawl
material fabric | wool cotton leather wood
fabric material cloth
curtain drape
vehicle car | motorbike bike
visa permit
luggage bag
tent camp
metric kilometre | unit
distance far | kilometre mile km
unit measure | metric
pair two
dozen twelve
volunteer charity
morning early | sunrise
result outcome | score win lost draw grade
success succeed | passed acceptance
kid kiddo
bottle flask | jar
container | boxes tin bottle jar pot
edge rim border
hole gap
corner nook
wallet purse | money
brake | car bike
fuel petrol diesel | tank
windscreen windshield
puncture | tire flat
maid housekeeper cleaner
weed marijuana cannabis
kidney liver organ
severe acute serious
chronic lasting
pause interruption
upstairs | floor
downstairs | floor
urgent emergency | immediately
immediately instantly straightaway | now
suddenly unexpectedly abruptly
private personal privacy | secret
elegant stylish chic
superb brilliant terrific fabulous excellent
disgusting gross nasty foul
crazy insane
whole entire complete total
nightmare dream
dig | hole
pursue chase
ordinary normal usual
opposite contrary reverse
gentle soft mild
solid robust sturdy
dude guy fellow bloke
passenger travel
caravan trailer motorhome
devil demon satan
sacred holy divine
worship pray
priest bishop vicar | church
king queen royal prince princess
miracle wonder
rumor hearsay
tricky difficult tough
risky danger
tense nervous
luckily fortunate
envelope letter
kidnap abduct
rhythm beat tempo
knock bang
squeeze press
escape flee
pretend fake
fake false counterfeit
genuine real authentic
rarely unusual scarce
plenty abundant many
sufficient enough adequate
suitable appropriate proper
suitable appropriate | suit
handy help
useless pointless
cute sweet
naughty mischievous
brave bold daring
shy timid
stubborn headstrong
messy untidy | mess
neat tidy
empty vacant
full pack crowd
power strong
weak feeble fragile
steep | hill climb
shallow | water
blunt dull
bitter sour
raw uncooked
ripe mature
rotten mouldy spoil
stale old
vegetable veg | carrot potato cabbage
lesson tuition | tutor teacher
pupil schoolchild
headteacher headmaster principal
nappy diaper
dummy pacifier
cot crib
pushchair buggy pram stroller
nanny childminder babysitter
birthday party | balloon candle
stepdad stepfather
stepmom stepmother
godmother godfather godparent
funeral burial
testament | inheritance
orphan | parent
pension retiree
ward | hospital
bandage dress | wound
plaster cast
stitch | wound cut
scar wound
bruise | fall
limp | leg foot
sprain twist | ankle wrist
faint collapse unconscious
dizzy giddy
itchy itch scratch
sunburn | sun skin
snore | sleep
sleepy drowsy tired
diabetes insulin | sugar
cancer tumor | chemo
stroke | brain
pulse heartbeat
bloodtest | blood
xray scan mri
checkup examine | doctor
injection shot jab needle
painkiller aspirin ibuprofen paracetamol | pain headache
antidepressant | depressed
ointment cream lotion
inhaler | asthma
wheelchair | disability
hearingaid | deaf
midwife | birth
trophy cup medal
championship title
season league
defeat loss | beaten
draw tie
jersey shirt kit
racket bat
gym fitness
treadmill | run
weight barbell dumbbell
campfire bonfire
sail yacht boat
angler fish
rider ride | horse
stable barn
tractor | farm
greenhouse | plant tomato
compost fertilizer manure
weed | garden
spade shovel
rake hoe
wheelbarrow | garden
lawnmower mower | grass
sprinkler hose | water
bucket pail
ladder | climb
nail screw bolt
glue adhesive
paintbrush brush
plank board timber
brick stone
cement concrete
roof tiles
gutter | rain roof
chimney | fire
fireplace hearth | fire
boiler furnace heat
pipe tube
tap faucet
sink basin
drain | water
leaky leak
mould | damp
damp moist wet
draught draft | wind cold
insulate | warm
tenant renter lodger
lease | contract
agent broker
deposit | rent
mover | move boxes
decorate painter
plumber | sink
electrician | light
locksmith | lock key
handyman | repair
postman mailman
butcher | meat
grocer greengrocer | vegetable fruit
florist | flower
tailor dressmaker
cobbler | shoe
chemist pharmacist pharmacy
estate agent
waiter server
cashier checkout till
clerk officer
officer official
official authority
council municipality | town
border frontier
excursion outing daytrip
layover stopover
runway airport
timetable departure
platform track | train
carriage wagon
conductor | train
fare ticket | bus
lane road
motorway highway freeway
junction intersection
roundabout | road
traffic jam
detour diversion
breakdown | car
garage mechanic
plate registration
helmet | bike
pedal | bike
scooter moped
van truck
ambulance paramedic
policeman policewoman cop officer
detective inspector
burglar thief robber
judge magistrate
witness | court saw
victim | crime
evidence clue
"""
