"""Well-known organisations, and the words that name kinds of organisations. Data."""

from __future__ import annotations

from typing import FrozenSet

# Only names that are seldom anything else.
ORGANISATIONS: FrozenSet[str] = frozenset(
    """
    adidas adobe airbnb airbus alibaba amd audi bbc bmw boeing bosch cia cisco cnn costco dropbox ebay espn etsy
    facebook fbi fedex fifa github gitlab google greenpeace harvard honda hsbc huawei hyundai ibm ikea instagram intel
    interpol irs lego lenovo linkedin lufthansa lyft mcdonald mcdonalds microsoft mit mozilla nasa nato nbc netflix
    nhs nike nintendo nissan nokia nvidia opec openai paypal pepsi pfizer philips pinterest porsche princeton reddit
    ryanair samsung siemens skype snapchat sony spotify stanford starbucks tesla tiktok toyota twitch twitter uber
    ucla unesco unhcr unicef ups verizon vodafone volkswagen volvo walmart whatsapp wikipedia yahoo yale youtube
    """.split()
)

# A name that ends in one of these is an organisation: "Acme Corp.".
ORGANISATION_ENDS: FrozenSet[str] = frozenset(
    """
    academy agency airlines airways association bank brothers bros capital church clinic club co college committee
    company consulting corp corporation council department electronics enterprises federation foundation fund gmbh
    group high holdings hospital inc industries institute insurance international labs laboratories league llc llp
    logistics ltd media ministry motors network nursery orchestra partners party pharmaceuticals plc press school
    services society software solutions studio studios systems team technologies union university ventures
    """.split()
)

# A name that begins with one of these and goes on with "of" is an organisation: "University of Porto".
ORGANISATION_STARTS: FrozenSet[str] = frozenset(
    "academy association bank church college department faculty institute ministry order school society "
    "university".split()
)
