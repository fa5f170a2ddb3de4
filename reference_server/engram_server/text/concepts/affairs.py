"""Concept groups about what belongs to what: trades and their places, parts and wholes, troubles and their signs. Data."""

GROUPS = """
trade vocation | baker butcher librarian cleaner translator editor pharmacist dentist vet surgeon paramedic
trade vocation | tailor hairdresser janitor judge consultant caterer driver cashier coach sailor
matter wrong trouble problem | sick broke hurt illness stuck
ticket fine penalty | park speed
speed | fine police
internet broadband online | wifi
carrier | internet phone broadband
owner proprietor landlord landlady | buy belong
ownership belong
weather | snowstorm frost hail thunder heat drought breeze mist
snowstorm blizzard | snow
drought | dry rain
teeth | toothache filling crown
dentist orthodontist | braces teeth
sober abstinent | alcohol drink
noise loud noisy | snore music bark
snore | noise
train coach instruct | practice team
youth junior | kid teenager
burgle burglary robbery | broke steal thief
surgery operation | appendix tonsil hip knee cataract transplant remove
appendix tonsil | hospital
prize reward trophy | win raffle lottery medal voucher
raffle lottery tombola | win prize ticket
energy power | solar wind gas electric coal nuclear
solar | sun panel roof
factory mill plant work | machine
unemployed jobless | dismissed
play drama piece | theater stage
role character | play actor lead
lead main | role
body limb | elbow knee shoulder wrist ankle hip foot neck back arm leg
arm | elbow wrist
foot | toe ankle
face | forehead lip
skin | rash eczema mole
journey trip way route | destination
destination goal | arrive
perform concert sing | choir orchestra
cook chef | canteen
canteen cafeteria | lunch
remember commemorate honor | memory grave anniversary
elevator lift | stairs floor
rescue save | mountain lifeboat fire
knit sew crochet | socks sweater
guest visitor attendee | invite wedding
hire rent lease | van car
engine motor | car boat
heater boiler | radiator
bedroom chamber | room
award honor | win
poison toxic venom
spider | fear
afraid scared fear | height
bite | dog mosquito tick
tick mosquito flea | bite
flour dough yeast | bread
butter margarine | bread
milk | cow goat
cheese | goat milk cow
egg | hen chicken
wool yarn | sheep knit
honey | bee hive
wine | cellar
beer | barrel
fish | hook
hay straw | horse rabbit
leash collar | walk
saddle | horse ride
nest | bird egg
hive | bee
kennel | dog
litter | kitten
stamp | letter collect
coin | collect money
album | stamp
frame | picture photo
shelf rack | book
drawer | desk cabinet
pillow cushion | bed sofa
fridge freezer | milk
kettle | tea water
grill | meat
menu | meal
tip gratuity | waiter
bill check | restaurant pay
pitch field ground | football hockey play
court | tennis
rink | hockey skate
pool | diving
stadium arena | match
club society association | fee
membership | club gym fee
captain skipper | team ship boat
crew | ship film
referee | whistle
jersey shirt | team
race | win runner
runner | marathon
climber mountain
hiker walker | trail mountain
swimmer | pool
skier | slope snow
cyclist | bike
diver | reef
sailor seaman | ship navy
nurse | ward
patient | hospital doctor
midwife | baby
vet | cat dog
farmer | cow tractor
butcher | sausage
carpenter joiner | wood furniture
painter | wall
plumber | water
electrician | cable power
mechanic | engine
tailor | suit dress
professor | university
student | university exam
lawyer | contract
soldier | war
mayor | town
compose | opera
editor | newspaper
architect | house
garden | hedge
caterer | food guest
cashier | shop
courier | parcel
postman | letter
driver | bus ambulance
conductor | orchestra
scientist | laboratory
fisherman | boat fish
beekeeper | bee honey
hunter | forest
ranger | forest park
lifeguard | pool beach
butler | house
widow | die
orphan | die
victim | hurt kill
refugee | flee war
tourist | trip
tenant | flat
landlord landlady | rent flat
roommate | flat share
classmate | school
godparent | baptism
baptism christening | church baby
funeral | die
honeymoon | wedding trip
earthquake flood hurricane | destroy
flood | cellar
power outage blackout | electric
puddle | rain
umbrella raincoat | rain
boot wellies | rain
gloves mittens scarf | cold winter
sunglasses | sun
swimsuit bikini trunks | swim
pajamas nightgown | bed sleep
apron | cook kitchen
helmet | ride
brake clutch gear | car
windshield wiper | car rain
gasoline fuel diesel | car
toll | motorway
backpack | hike
rope harness | climb
oar paddle | boat canoe
anchor | ship
sail mast | boat
racket | tennis
scissors | cut hair paper
needle | sew thread
hammer | nail
saw | wood
drill | hole
hose | garden
rake | leaf
compost | garden
pot | plant flower
vase | flower
candle | cake
calendar | date
diary | day
notebook | write
pen pencil | write
magazine | read
bookmark | book
radio | listen
headphones | listen
keyboard | type
printer | paper ink
ink toner | printer
scanner | document
email | message
babysitter sitter
bedtime | sleep bed
reopen | open
confused mix muddle
swallow gulp | eat drink
illness | pneumonia bronchitis hepatitis malaria measles chickenpox tuberculosis lupus gout
herb | coriander parsley thyme oregano dill sage chives
vegetable | leek radish beetroot celery asparagus artichoke kale
fruit | plum apricot fig grapefruit lime pomegranate
fish | cod herring mackerel sardine
meat | venison mutton goose duck
cloth linen | velvet denim
tree | birch beech willow chestnut plum
flower | lavender carnation peony jasmine
bird | goose swan stork crow swallow
insect | moth cricket fly
instrument | accordion oboe viola bassoon
sport | judo rowing squash handball
vehicle | tram lorry tractor trailer ferry
container | crate basket barrel bucket
"""
