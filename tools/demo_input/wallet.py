"""What the story must remember of a member so that every line it writes is legal."""

NO_ACCOUNT = 100        # of a thousand members


class Wallet:
    """A member, and the money that the member could take out.

    What was released, less what was taken back by shops and what was taken out: above zero it is
    available, below zero a debt, whatever the order in which the movements came.
    """

    def __init__(self, person, draw):
        self.person = person
        self.member = person["member_id"]
        self.organization = person["organization_id"]
        self.category = person["category"]
        habit = draw.below(10)
        self.shops_offline = habit < 2
        self.shops_abroad = habit in (2, 3)
        self.card_number = f"99{self.member:014d}"
        self.has_card = self.shops_offline or draw.below(3) == 0
        self.card_forms = ("virtual", "plastic")[:1 + draw.below(2)]
        self.has_account = draw.below(1000) >= NO_ACCOUNT
        self.active = True
        self.requests = 0
        self._net = 0

    def available(self):
        return max(0, self._net)

    def give(self, amount):
        self._net += amount

    def take(self, amount):
        self._net -= amount
