"""ZeRO's stages 0 to 3 (arXiv 1910.02054) on collectives, unit by unit.

| stage | parameters | gradients | optimizer | on the wire per step, g micro steps, in buffers x (N-1)/N |
|---|---|---|---|---|
| 0 | whole | whole | whole | all-reduce of the gradients: 2 |
| 1 | whole | whole | part | reduce-scatter of the gradients, all-gather of the parameters: 2 |
| 2 | whole | part | part | reduce-scatter in every micro step, all-gather of the parameters: g + 1 |
| 3 | part | part | part | in every micro step all-gather forward and backward, reduce-scatter: 3 g |

Each method is called by training.py where the stage has something to do around a unit's forward or backward pass. Collectives
run beside the computation; the order of calls is the same on every rank.
"""
import torch

from memory_book import storage_bytes
from shards import Adam

# Whole gradients that may be on their way in stages 2 and 3 while the next unit makes its own.
IN_FLIGHT = 1


class Stage0:
    """Data parallel: everything whole on every rank, gradients all-reduced."""

    def __init__(self, collectives, book, loss_scale):
        self.collectives, self.book, self.loss_scale = collectives, book, loss_scale
        self.units, self.tickets = [], {}

    def adopt(self, unit):
        """Takes the next unit over, so that no more than one is whole where that is the point."""
        self.units.append(unit)
        self.book.hold("parameters", unit.flat)
        self.adopt_gradients(unit)
        unit.adam = Adam(self.target(unit), self.book, self.loss_scale)

    def target(self, unit):
        """What this rank's optimizer updates."""
        return unit.flat

    def adopt_gradients(self, unit):
        unit.gradient = self.book.hold("gradients", unit.zeros_like_flat())
        unit.gather_gradients_in(unit.gradient)

    def begin_step(self):
        for unit in self.units:
            unit.gradient.zero_()

    def before_forward(self, number):
        pass

    def after_forward(self, number):
        pass

    def before_backward(self, number):
        pass

    def after_backward(self, number, first, last):
        """first, last: of the micro steps."""
        if last:
            self.tickets[number] = self.collectives.all_reduce(self.units[number].gradient)

    def update(self):
        for number in reversed(range(len(self.units))):
            self.collectives.wait(self.tickets.pop(number))
            self.units[number].adam.step(self.reduced(self.units[number]))

    def reduced(self, unit):
        """The gradient of what this rank updates."""
        return unit.gradient


class Stage1(Stage0):
    """Each rank updates its part of the parameters and hands it to the others."""

    def target(self, unit):
        return self.collectives.part(unit.flat)

    def after_backward(self, number, first, last):
        if last:
            gradient = self.units[number].gradient
            self.tickets[number] = self.collectives.reduce_scatter(gradient, self.collectives.part(gradient), False)

    def reduced(self, unit):
        return self.collectives.part(unit.gradient)

    def update(self):
        gathers = []
        for number in reversed(range(len(self.units))):
            unit = self.units[number]
            self.wait_gradient(number)
            unit.adam.step(self.reduced(unit))
            gathers.append(self.collectives.all_gather(unit.flat, self.target(unit)))
        for ticket in gathers:
            self.collectives.wait(ticket)

    def wait_gradient(self, number):
        self.collectives.wait(self.tickets.pop(number))


class Stage2(Stage1):
    """Gradients are whole only until they are reduced, right after the backward pass of their unit."""

    def __init__(self, collectives, book, loss_scale):
        super().__init__(collectives, book, loss_scale)
        self.whole = []

    def adopt_gradients(self, unit):
        unit.gradient = self.book.hold("gradients", torch.zeros_like(self.collectives.part(unit.flat)))

    def reduced(self, unit):
        return unit.gradient

    def begin_step(self):
        """The first reduce-scatter of a step overwrites."""

    def before_backward(self, number):
        unit = self.units[number]
        unit.whole = self.book.hold("buffers", unit.zeros_like_flat())
        unit.gather_gradients_in(unit.whole)

    def after_backward(self, number, first, last):
        unit = self.units[number]
        unit.gather_gradients_in(None)
        ticket = self.collectives.reduce_scatter(unit.whole, unit.gradient, not first)
        self.whole.append((unit, ticket))
        while len(self.whole) > IN_FLIGHT:
            self.settle_oldest()

    def settle_oldest(self):
        unit, ticket = self.whole.pop(0)
        self.collectives.wait(ticket)
        self.book.remove("buffers", storage_bytes(unit.whole))
        unit.whole = None

    def wait_gradient(self, number):
        while self.whole:
            self.settle_oldest()


class Stage3(Stage2):
    """Parameters are whole only while their unit computes; the next unit's are gathered meanwhile."""

    def __init__(self, collectives, book, loss_scale):
        super().__init__(collectives, book, loss_scale)
        self.gathers = {}

    def adopt(self, unit):
        self.units.append(unit)
        unit.part = self.book.hold("parameters", self.collectives.part(unit.flat).detach().clone())
        self.adopt_gradients(unit)
        self.book.hold("buffers", unit.flat)
        unit.drop(self.book)
        unit.adam = Adam(unit.part, self.book, self.loss_scale)

    def gather(self, number):
        if 0 <= number < len(self.units) and number not in self.gathers:
            unit = self.units[number]
            unit.make_room(self.book)
            self.gathers[number] = self.collectives.all_gather(unit.flat, unit.part)

    def need(self, number):
        self.gather(number)
        self.collectives.wait(self.gathers.pop(number))

    def before_forward(self, number):
        self.need(number)
        self.gather(number + 1)

    def after_forward(self, number):
        self.units[number].drop(self.book)

    def before_backward(self, number):
        self.need(number)
        self.gather(number - 1)
        super().before_backward(number)

    def after_backward(self, number, first, last):
        self.units[number].drop(self.book)
        super().after_backward(number, first, last)

    def update(self):
        self.wait_gradient(0)
        for unit in self.units:
            unit.adam.step(unit.gradient)


STAGES = (Stage0, Stage1, Stage2, Stage3)
