"""Concept groups about the natural world: animals, plants, landscape, weather, time, colours, materials. Data."""

GROUPS = """
pet | dog cat puppy kitten hamster rabbit bunny turtle parrot bird fish snake lizard guinea pup kitty
animal creature | dog cat horse bird fish elephant lion bear wolf fox deer monkey rabbit cow pig sheep goat pet wildlife
dog puppy pup hound doggy | labrador retriever beagle poodle terrier shepherd bulldog dachshund canine leash bark
cat kitten kitty feline | siamese tabby persian meow
breed | labrador retriever poodle terrier siamese shepherd beagle
horse pony | ride stable saddle equestrian
bird | parrot eagle owl pigeon sparrow duck hawk robin feather nest
reptile | snake lizard turtle tortoise gecko iguana
turtle tortoise
insect bug | butterfly bee ant spider mosquito beetle
butterfly | caterpillar moth
bee | honey hive
wildlife | animal safari bear deer
zoo safari aquarium | animal
veterinarian vet | pet animal
shelter | animal pet adopt homeless
livestock cattle | cow sheep pig goat farm
whale dolphin shark | ocean
frog toad
rabbit bunny hare
mouse rat rodent
plant | flower tree garden cactus seed leaf herb fern succulent
garden | plant flower vegetable soil seed
flower blossom bloom | rose tulip sunflower lily daisy orchid bouquet
tree | oak pine maple forest leaf
forest wood jungle rainforest | tree
grass lawn meadow
seed | plant
harvest crop | farm
herb | basil mint rosemary
landscape scenery scenic | view mountain
view scenery | mountain sunset
mountain hill peak summit | hike climb ski
river stream creek | water
lake pond | water
ocean sea | beach wave coast
beach coast shore seaside | sand ocean wave shell swim
island | tropical
desert | sand cactus
cave canyon valley cliff
volcano eruption lava
earthquake tsunami | disaster
park playground | bench
environment ecology conservation sustainability | climate pollution recycle green nature
climate | warming weather environment
pollution | environment smog
weather climate forecast | rain snow sunny storm cold hot warm cloudy wind temperature fog
rain rainy shower drizzle | wet umbrella storm
snow snowy snowfall blizzard | winter cold
storm thunderstorm hurricane tornado typhoon cyclone | thunder lightning wind
flood | water rain
disaster | flood earthquake fire hurricane
sun sunny sunshine | warm
sunset sunrise dusk dawn | sky
sky | cloud star
star | astronomy telescope sky
moon | night
space astronomy | star planet rocket telescope nasa astronaut
planet | mars earth jupiter
cold chilly freezing | winter
hot warm heat | summer
temperature | hot cold degree
fire flame blaze | burn
water | drink river
ice | cold frozen
season | spring summer autumn fall winter
summer | june july august hot
winter | december january february cold snow
autumn fall | september october november leaf
spring | march april flower
morning dawn | breakfast early
evening dusk night tonight | dinner
afternoon | noon
noon midday
midnight | night
day daily everyday
week weekly
month monthly
year yearly annual
weekend | saturday sunday
decade | years
hour | minute
past previously former
future someday | plan goal upcoming
present nowadays currently now
recently lately
soon shortly
often frequently regularly
always constantly
sometimes occasionally
rarely seldom
beginning start
color | red blue green yellow purple pink black white orange brown gray
red | crimson scarlet maroon
blue | navy turquoise teal
purple violet lavender
wood wooden timber | oak pine
metal | steel iron gold silver copper aluminum
gold golden
stone rock
paper | sheet
cotton wool silk
big large huge enormous giant massive gigantic
small little tiny mini
long lengthy
fast quick rapid speedy
new brand | modern
shape | round square circle triangle
fox wolf coyote
bear panda
lion tiger leopard cheetah
elephant giraffe zebra rhino | africa safari
monkey ape gorilla chimpanzee
deer moose elk
squirrel chipmunk
goat lamb sheep
cow bull calf | milk
pig piglet hog
hen rooster chicken | egg
penguin seal | ice
crab lobster shrimp
spider | web
snake python | reptile
aquarium tank | fish
cage | bird hamster
leash collar | dog
litter | cat
tail paw fur | animal
rose tulip | flower
orchard | apple fruit
mushroom fungus
moss fern
soil dirt mud
rainbow | rain
cloud cloudy | sky
wind windy breeze
fog mist
ice icy frost
thunder lightning | storm
meteor comet eclipse | sky
galaxy universe
bay harbor port | boat
island archipelago
coral reef | ocean snorkel
snorkel scuba diving | ocean
tide | ocean
valley | mountain
pebble | stone beach
shell | beach
sand | beach desert
diamond ruby emerald gem jewel
silver | metal
weekday | monday tuesday wednesday thursday friday
daytime daylight
sunlight | sun
bright vivid | color
dark | night
pattern stripe polka
"""
