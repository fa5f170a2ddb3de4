"""Concept groups about what people do and what happens to them and their things: everyday verbs. Data."""

GROUPS = """
acceptance approve grant | agree sign allow
reject refuse decline deny | turned
cancel annul | withdraw revoke
postpone delay defer reschedule | lately move
delay lately overdue belated | postpone
wake awake | alarm
awake sleepless | sleep insomnia
book | hotel table
employed | work
handle deal manage | response charge
response charge | handle manage lead oversee duty owner
lead charge | leader manage
supervise oversee supervisor | manage boss
assignment allocate delegate
replace substitute | instead spare swap
swap exchange | replace return
repair fix mend | workshop maintenance
maintain maintenance upkeep | repair service
broke defect faulty damage | crack shatter tear leak
fail failure malfunction | broke crash error
crack shatter smash | broke
tear rip
damage harm ruin spoil wreck | scratch dent broke burn crack wet tear
scratch scrape dent
leak drip
spill pour
vanish disappear | missing lost go
missing absent | lost lack
lack shortage | missing need
absent away | vacation sick
visit drop | guest
arrive land reach | came
depart left departure | takeoff
expire expiry | end valid outdated due
valid | expire
renew extend | expire
end finish | expire
quit resign | notice
criticize complain blame | complaint
complain complaint | unhappy dissatisfied annoy
unhappy dissatisfied displeased | complain complaint disappointed
praise compliment commend
settle resolve solve | solution fix agree
solve resolve | repair
cause reason trigger | due
trigger provoke cause
avoid prevent
dislike avoid | annoy
annoy bother irritated disturb | hate
upset anger offend | complain
tolerate intolerant | allergic allergy lactose
steal | shoplifting burglar
burglary burglar | theft steal
cheat fraud scam swindle | deceive
slice chop | cut
bite sting
prefer favor | like want choose
opt choose | prefer decide instead
request ask demand | want require
enquire inquire inquiry | ask question
spot notice discover | find
observe notice watch
check examine inspect test | audit review
test exam trial | check
review check assess | audit feedback
measure | size unit metric
judge evaluate assess rate
write draft compose | author
copy duplicate
speak talk | language fluent
study degree university | graduate student
enroll register | sign course
qualify qualification | exam passed degree
passed succeed
publish release issue | launch version
deliver ship send dispatch | post courier
bring fetch carry | take
carry transport haul
provide supply | supplier offer
store keep stash | shelf save
retain | keep
hide stash
spend expenditure | cost pay money
charge bill | invoice cost fee
cost price fee charge | worth euro dollar pound
pay payment | cost price fee
worth value | cost price
lend loan borrow
remove delete erase | clear
close shut closure
unlock lock | key
switch change
switch migrate | move
merge combine | join
separated divide split
addition extra
extra addition spare
increase rise | grew higher
lessen reduce shrink | lower
enlarge expand widen | bigger
shorten trim | cut
trim prune | cut
speed accelerate | faster fast
slow sluggish | seconds latency speed
wait queue
hurry rush
frozen crash | stuck
stuck jam | hold
ban block
obstruct obstacle hurdle
incident event
accident incident mishap | crash fall
injure injury wound | cut burn
suffer endure | pain
survive | alive
recover recuperate | heal better
treat treatment cure | doctor
cure remedy | medicine
die perish | dead
raise rear | kid grew upbringing childhood
grew cultivate | plant
inheritance legacy | left
bequeath inheritance
possess belong
rid discard dispose | sell throw
throw discard | trash
waste squander
repeat redo | twice
repeat retake
practice rehearsal | train
perform | gig
compose write | song
cook bake prepare | make
feed | food eat
drink sip | tea coffee
smell odor scent stink
hearing listen
noise | sound loud
glance stare
walk stroll hike
ride drive lifting | car
park | garage
jump leap
run jog sprint | marathon kilometre mile
shout yell | rude
promise pledge
warn alert | alarm
advise advice counseling | tell suggest
instruct order tell
greet welcoming
bye goodbye farewell | left
phone call ring | callback
contact reach call | email phone
communication contact | write speak
react reaction respond | reply
divorce split
babysit mind | kid
caring tend | nurse feed water
water irrigate | plant
worry concern
want desire | prefer
forget remember
reminder | remember
suspect believe
suspect doubt
prove evidence proof | reporter
guess estimate
count number | total
sum total
decide determine decision | choose agree
agree consent
convince persuade
rescue help save
volunteer help | unpaid
hire recruit engaged | join colleague new
fire dismissed sacked | lost job
train teach coach | course
manufacturing produce make | product factory
assemble install | fitter mount
install setup
connect link join
disconnect unplug
recharge | battery
rotate spin
push press
lifting raise hoist | crane
catch capture
hunt chase
hit strike beat
kick shoot score
win beat defeat | victory
lost defeat
sign signature
punish penalty | fine
arrest detain
sue prosecute | court lawyer
threaten threat
attack assault
explode burst
sink drown
float drift
melt thaw
wash rinse | clean
sweep mop | broom
iron press
polish shine
decorate adorn
hang mount
fold bend
stretch extend
match correspond
resemble similar
"""
