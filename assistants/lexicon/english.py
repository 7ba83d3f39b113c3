"""English words of one meaning a line; behind the bar, phrases that mean it too."""

from __future__ import annotations

GROUPS = """
price cost fee charge rate pay money tariff expensive cheap amount | how much, how expensive
hours open opening close closing closed schedule | what time, how late, how early, what times, opening times
weekend saturday sunday
weekday monday tuesday wednesday thursday friday
home house doorstep door
holiday christmas easter bank-holiday closed
address adress location located find directions street situated based | where is, where are, where's, how do i get to
address location find | where do i find, where can i find
parking park car space garage vehicle | leave my car
appointment booking book slot reserve reservation schedule visit | drop in, walk in, come in, in advance
cancel cancellation stop end quit terminate unsubscribe | call off
reschedule move postpone change shift
change switch modify edit update adjust
upgrade downgrade bigger smaller switch
refund return reimburse money-back | money back, get back, send back, give back
repair fix mend service restore broken damaged
broken damaged defective faulty crack break
service maintenance checkup inspection tune-up overhaul
duration long minutes days ready quickly fast soon | how long, how quickly, how fast, how soon, how many days, when will
wait waiting queue | right away, straight away, on the spot
delivery deliver ship shipping send courier dispatch collect
collect pick pickup fetch collection return | pick up, drop off
rent rental hire borrow lease loan
buy purchase sell sale order stock shop
used second-hand refurbished pre-owned old
exchange trade trade-in swap part-exchange
payment pay card cash credit debit cheque paypal method
instalment installment monthly finance spread credit | payment plan, pay over time, pay later
invoice bill receipt billing statement
discount reduction reduced cheaper voucher coupon promo offer deal % percent
student school university education academic
charity non-profit nonprofit ngo charities
free gratis complimentary trial
trial try test demo free
subscription plan membership contract
warranty guarantee guaranteed cover
insurance insurer insured cover claim policy
new first register join sign-up become
client customer patient member
child children kid kids toddler baby daughter son teenager
afraid fear scared anxious anxiety nervous frightened worried phobia
pain hurt hurts ache toothache sore painful
emergency urgent urgently immediately asap acute
disabled disability wheelchair accessible access step-free lift elevator barrier-free
contact phone telephone number call email e-mail mail reach write message | get in touch, get hold of
support help assistance contact service
person human agent staff team
user member teammate colleague coworker people seat employee team
add invite create new
delete remove erase close wipe
account profile login
login log-in signin sign-in access | log in, sign in, logged out
password passcode credentials forgot forgotten lost reset | can't remember, cannot remember, don't remember
export download extract backup | get my data, get out
import upload load migrate | bring in
data information records files
record records file copy history document
secure security safe encrypted encryption protect protected
privacy gdpr dpa compliant compliance conform
stored storage store keep server servers hosted
integrate integration integrates connect connector connection plugin compatible link | work with, works with
app mobile phone iphone android smartphone tablet
two-factor 2fa mfa authenticator two-step otp | two factor, two step
spreadsheet excel csv table
bike bicycle cycle
e-bike ebike electric | e bike
clean cleaning cleaned hygienist wash
size sizes measure fit dimensions
allergy allergen ingredient gluten lactose nuts
vegan vegetarian plant-based
dog pet animal cat
job vacancy hiring career work apply
language speak english spanish french german
gift present card voucher
store shop workshop premises practice office studio branch
guarantee promise warranty
accept take allow
"""

CARRIERS = """
get got need want like please offer possible tell know help would could can may might must should much many long still
also there do does did done make made give have has had see use using really thing things something anything everything
someone anyone everybody way question questions wondering wonder hello hi hey thanks thank looking look come comes go
goes going let just able exactly currently usually actually kind sort type available provide one two again already
always another around away bit bring ever every full good great happen happens happy hope idea instead last later least
less lot maybe mean more most never next nice now often okay only other others own per perhaps problem put quite rather
right say says seem set setting since some stuff such sure terrible terribly then think today together tomorrow too turn
enable activate very well whether while without yes yesterday yet month months week weeks day days year years monthly
policy rules terms details info work works please different regarding concerning per person's take
"""
