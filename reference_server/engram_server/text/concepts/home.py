"""Concept groups about daily life at home: housing, furniture, food and drink, clothes, chores, shopping. Data."""

GROUPS = """
home house residence dwelling | apartment flat condo cottage cabin mansion bungalow live move rent
live reside | home house apartment moved settle
apartment flat condo | studio tenant landlord rent
move relocate | apartment house packing settle
rent rental lease | tenant landlord apartment
landlord tenant | rent lease
mortgage | house loan
roommate flatmate housemate | apartment dorm
room | bedroom kitchen bathroom lounge basement attic
kitchen | stove oven sink fridge cook pantry dishwasher cupboard
bathroom toilet restroom | shower bath tub sink
bedroom | bed pillow mattress sleep wardrobe
lounge livingroom | sofa couch tv
garage | car parking
balcony patio terrace porch deck | yard backyard
yard backyard lawn garden | grass mow patio fence
attic basement cellar | storage
furniture | sofa couch table chair desk bed shelf wardrobe bookcase dresser cabinet lamp stool bench
sofa couch settee
chair stool armchair bench | seat
shelf bookshelf bookcase cupboard cabinet
wardrobe closet dresser | clothes
bed mattress | sleep pillow blanket bunk
blanket quilt duvet | bed warm
carpet rug | floor
curtain blinds | window
lamp light bulb
candle | wax scent light
mirror | reflection
decorate | ornament paint furniture interior poster design
renovate remodel refurbish | repair house paint construction
appliance | fridge oven washer dryer dishwasher microwave vacuum toaster blender kettle freezer
fridge freezer | cold food
stove oven cooker | cook bake
chore housework | cleaning laundry dishes vacuum ironing tidy sweep mop
clean tidy wash | vacuum sweep mop scrub dust laundry
laundry washing | clothes detergent washer dryer
trash garbage rubbish waste litter | recycle bin pollution
recycle | trash plastic environment compost
tool | hammer drill screwdriver wrench saw pliers
build construct | builder house
building | tower skyscraper architecture house structure
architecture architect | building design
plumber plumbing | pipe leak faucet
electrician | wiring electric
electricity power | outage energy battery
food | meal eat dinner lunch breakfast recipe restaurant pizza pasta salad soup chicken sushi taco burger rice curry
food | sandwich snack bread cheese meat fish seafood vegetable fruit noodle dish cuisine dessert steak egg grocery
meal | dinner lunch breakfast brunch supper dish eat
dish | meal recipe pasta curry soup salad stew casserole lasagna noodle food
cuisine | italian mexican chinese indian thai japanese french sushi pasta curry taco food
eat dine consume | food meal dinner lunch breakfast restaurant snack
dinner supper | evening
breakfast brunch | morning cereal pancake egg oatmeal toast bacon waffle
lunch | noon sandwich
snack | chips popcorn cookie crackers nuts candy pretzel
hungry hunger starving | food eat appetite
taste flavor | delicious spicy sweet sour salty bitter
delicious tasty yummy | taste food
recipe | cook ingredient bake dish
ingredient | flour sugar butter egg salt spice
spice seasoning | pepper cinnamon garlic ginger cumin chili salt paprika
spicy | chili hot pepper curry
dessert pudding sweets | cake cookie pie brownie chocolate muffin cupcake pastry cream tart cheesecake sorbet donut
cake | cupcake frosting birthday bake dessert cheesecake
cookie biscuit
candy sweets | chocolate sugar lollipop caramel
chocolate cocoa | candy dessert
sugar | sweet honey syrup
bake baker bakery | cake bread cookie pie oven pastry muffin dough
bread | loaf bakery toast sandwich dough baguette sourdough
cook cookery culinary | recipe kitchen bake roast grill fry chef meal stew boil ingredient
chef cook | kitchen restaurant
grill barbecue bbq | steak burger sausage
pasta noodle | spaghetti lasagna macaroni ravioli ramen
soup stew broth | chowder
salad | lettuce tomato cucumber dressing
meat | beef pork chicken steak lamb bacon ham sausage turkey veal
chicken poultry | turkey wings
seafood fish | salmon tuna shrimp crab lobster oyster sushi
vegetable veggie | carrot tomato broccoli spinach onion lettuce pepper cucumber cabbage pea bean zucchini eggplant
fruit | apple banana orange grape strawberry mango peach pear cherry lemon blueberry pineapple melon berry kiwi
berry | strawberry blueberry raspberry blackberry cranberry
nut | almond peanut walnut cashew pecan hazelnut
dairy | milk cheese butter yogurt cream lactose
cheese | cheddar mozzarella
egg | omelette scrambled
diet nutrition | vegan vegetarian keto calorie healthy gluten weight protein fasting
vegetarian vegan | diet tofu meat
gluten | celiac wheat
drink beverage | coffee tea beer wine juice soda water cocktail smoothie milk lemonade alcohol whiskey
drink | thirsty sip
coffee espresso latte cappuccino | cafe caffeine barista
tea | kettle herbal chai
alcohol liquor booze | beer wine whiskey vodka cocktail rum gin drunk bar
drunk | alcohol hangover
beer | brewery ale lager pub
wine | vineyard winery grape
juice | orange smoothie
restaurant cafe diner eatery bistro | waiter menu chef dine
bar pub tavern | beer cocktail drink
waiter waitress | restaurant
menu | restaurant dish
grocery supermarket | shopping food market
picnic | park basket blanket
clothes outfit apparel garment attire | shirt dress jacket shoes jeans hat skirt coat sweater pants socks suit
clothes | trousers blouse hoodie uniform scarf gloves shorts swimsuit fashion wear
wear dress | clothes outfit shirt jacket costume
shoe footwear | sneaker boot sandal heels slipper
sneaker trainers | shoe running
hat cap | helmet beanie
coat jacket | winter
sweater jumper pullover hoodie cardigan
pants trousers | jeans shorts leggings
shirt blouse | tee tshirt
dress gown | skirt
costume | halloween cosplay disguise
uniform | school military
fashion style | clothes designer trend model runway outfit
jewelry | necklace ring bracelet earring pendant diamond gold
necklace pendant | chain
ring | wedding diamond engagement
watch wristwatch | clock
accessory | scarf belt hat purse jewelry sunglasses
bag purse handbag backpack rucksack | suitcase
glasses spectacles eyeglasses | eyes vision sunglasses
umbrella | rain
makeup cosmetic | lipstick mascara
perfume fragrance | scent smell
shopping | buy mall store purchase grocery market
store shop boutique | mall supermarket market retail
mall | shopping store
market | bazaar vendor stall farmers
buy purchase acquire | got ordered shopping paid
order | delivery amazon bought
price cost expense | dollar pay cheap money euro
cheap inexpensive affordable bargain | discount sale price
expensive costly pricey | price luxury
discount coupon | sale cheap
sell sale | vendor seller
receipt invoice bill | payment
gift present | birthday christmas gave wrap
toy | doll lego puzzle teddy plush
doll | toy
package parcel | delivery mail shipped
delivery deliver | courier package
cutlery utensil | fork spoon knife
pan pot skillet wok | cook
plate bowl cup mug glass | dish
oil butter margarine
sauce dressing ketchup mustard mayo | tomato soy
rice grain | quinoa wheat oats
bean lentil chickpea
potato fries chips
pancake waffle crepe
pizza | cheese pepperoni dough
sandwich | bread cheese ham
burger hamburger cheeseburger
taco burrito quesadilla | mexican
sushi ramen | japanese
smoothie milkshake
icecream gelato | dessert
jam jelly marmalade
feast banquet buffet
appetizer starter
vitamin supplement mineral
towel | bath beach
soap shampoo | wash
key lock | door
door gate entrance
window | glass
roof ceiling
stairs staircase ladder
pool | swim
heater heating radiator | warm
alarm | clock wake security
clock | time
couch | sofa
move | truck boxes
neighborhood suburb | houses
mail post letter postcard | stamp
boot | shoe
ribbon wrapping bow | gift
sunscreen lotion | skin sun
"""
