"""Concept groups about selling, service, money matters, making software and running projects. Data."""

GROUPS = """
customer client buyer shopper | user
seller vendor merchant dealer reseller | sell shop
agent employee staff | colleague
staff employee personnel workforce team | worker
department division unit team | engine legal sale safety support
boss manage superior supervisor | head chief reporter
colleague coworker | team
parcel package delivery shipment consignment | order boxes courier arrive
boxes carton crate | parcel
ship postage delivery | courier send
courier carrier postman | driver delivery
address | street
custom duty tariff | import border
transfer handover
goods article product item merchandise | order
device appliance machine equipment gadget | phone kettle toaster fridge oven washer vacuum blender tv printer drill robot pumped mixer
machine apparatus | printer washer
hardware equipment | machine
equipment gear kit | tent machine
tool instrument | drill saw hammer
furniture | mattress
bed linen | mattress sheet pillow blanket
tv | screen
dishwasher washer
manual instruct handbook guide | pdf
document paper | passport manual invoice reporter certificate contract license pdf receipt
paperwork form | document
proof evidence | receipt
warranty guarantee | repair
guarantee assured promise
refund reimbursement repayment | money return
compensation refund discount | voucher
voucher coupon promo | discount code
reduction discount rebate | percent cheaper
price tariff rate
cheap cheaper lower | price
invoice bill | charge
pay | parts
rate percentage percent
fee charge | permit
deposit advance
subscription membership plan | subscribe contract
unsubscribe newsletter | remove
newsletter mail
downgrade | plan
complaint ticket issue
issue problem fault defect | bug error
error mistake fault slip | wrong bug mistakenly
mistake blunder | wrong mistakenly accident
wrong incorrect false mistake | error
correct accurate
bug defect glitch flaw | error leak crash
weak vulnerability flaw | outdated
weak feeble | short
outage downtime failure | crash
crash collapse
danger hazard peril | shocked recall
danger hazard unsafe | shocked
safe security | safety
security safety | audit
recall withdraw
fraud theft | steal suspect
crime offence fraud | theft steal robbery
account profile | login
login signin credentials | password
credentials password username
password passphrase pin
identifier number | id serial
permission permit license | allow
rule regulation law
law legislation act | legal
clause contract | penalty
deal bargain offer
quote quotation estimate | offer price
tender bid | offer
budget fund | money euro approve
sum amount | euro dollar pound
money cash | quid bucks
fund grant scholarship
bank | save
save | account
loan credit mortgage
currency euro dollar pound
tax vat
accountant advise bookkeeping | tax
advisor advise consultant | advice
policy insurance
profit gain
sale turnover | sell order
advert advertise | marketing
loyalty bonus | point program
scheme program plan
reward prize bonus | free
voucher | gift
project undertaking
scope goal
kickoff start | begin
begin kickoff commence
launch release rollout | deploy online
version release
sprint iteration
milestone deadline | due
deadline due | penalty
meet conference session call | standup
standup daily
retrospective retro
demo demonstrate presentation
demonstrate present show
feedback comment opinion | love complain praise
feature function | support
task job chore
phase stage step
backlog list
crew team
program developer engine
tester test
test check verify
framework library
language program | python java go rust javascript typescript
code source program | script
code | formatter style
server backend host | machine
frontend client ui
provide | rent cloud
provide supplier | supply
supplier provide vendor
database db | sql postgres mysql
cache | redis
queue broker
latency delay | ms seconds slow speed
perform speed | fast slow ms
fast quick speed
load traffic | visitor
concurrent simultaneous parallel
disk storage drive
memory ram
log record
backup copy restore
restore recover | backup
restore undo
monitor | metric alert
metric measure statistic
alert alarm notification
notify inform tell
channel chat
inbox mailbox | junk
spam junk
certificate cert | tls ssl
encrypt hash
audit review check | auditor security
auditor audit
migrate move
build compile
pipeline ci | build jenkins
deploy deployment
script automate
automate automatic
manual handmade
string text
letter character | font
font typeface | letter
size | pixels
button element widget
theme mode
interface app
notebook laptop computer
system | linux window fedora macos
wireless wifi
network wifi internet
printer scanner
platform system | android ios window linux
browser chrome firefox
keyboard layout
serial number
model type make brand | version
brand make manufacturing
manufacturing maker | make
patch update
patch fix hotfix | repair
hotfix bugfix
duplicate double twice
twice double | two
disability | blind deaf
accessibility disability | blind contrast
elderly pension senior | old retire
pension retire
usability user
survey poll
support help service
helpdesk hotline | support
oncall rota duty | support
duty shift rota | support
replace successor | take
substitute standin
temp temporary interim | loan
permanent lasting
absence left
maternal | baby left
headquarters office
showroom store | shop
shop store | bookshop bakery
cafe coffeehouse | coffee
garage workshop | repair
factory plant
warehouse depot
museum gallery
school academy
"""
