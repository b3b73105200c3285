"""One unit's parameters in one flat buffer, and mixed-precision Adam on any part of it."""
import torch

from memory_book import resize_storage, storage_bytes

LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.95, 1e-8


class FlatUnit:
    """A module whose parameters are views of `flat`, padded to a multiple of the ranks."""

    def __init__(self, module, world, dtype, device):
        self.module = module.to(device)
        slots = [(owner, name) for owner in module.modules() for name in list(owner._parameters)]
        self.count = sum(owner._parameters[name].numel() for owner, name in slots)
        self.flat = torch.zeros(-(-self.count // world) * world, dtype=dtype, device=device)
        self.parameters, first = [], 0
        for owner, name in slots:
            made = owner._parameters[name]
            place = self.flat[first:first + made.numel()].view(made.shape)
            place.copy_(made.detach())
            owner._parameters[name] = torch.nn.Parameter(place)
            self.parameters.append((owner._parameters[name], first))
            first += made.numel()

    def zeros_like_flat(self):
        return torch.zeros(self.flat.shape, dtype=self.flat.dtype, device=self.flat.device)

    def gather_gradients_in(self, flat):
        """autograd adds to views of `flat`; None: to nothing."""
        for parameter, first in self.parameters:
            parameter.grad = None if flat is None else flat[first:first + parameter.numel()].view(parameter.shape)

    def drop(self, book):
        """Gives the memory of the whole parameters back; their shapes stay."""
        book.remove("buffers", storage_bytes(self.flat))
        resize_storage(self.flat, 0)

    def make_room(self, book):
        resize_storage(self.flat, self.flat.numel())
        book.add("buffers", storage_bytes(self.flat))


class Adam:
    """K = 12 bytes a parameter beside float16 or bfloat16 (float32 copy and two moments), 8 beside float32, which is its own copy."""

    def __init__(self, target, book, loss_scale):
        self.target, self.loss_scale, self.steps = target, loss_scale, 0
        exact = target.dtype == torch.float32
        self.master = target.detach() if exact else book.hold("optimizer", target.detach().float())
        self.first = book.hold("optimizer", torch.zeros(target.shape, dtype=torch.float32, device=target.device))
        self.second = book.hold("optimizer", torch.zeros_like(self.first))

    def step(self, gradient):
        self.steps += 1
        gradient = gradient.float()
        if self.loss_scale != 1:
            gradient = gradient / self.loss_scale
        self.first.mul_(BETA1).add_(gradient, alpha=1 - BETA1)
        self.second.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        spread = (self.second / (1 - BETA2 ** self.steps)).sqrt_().add_(EPSILON)
        self.master.addcdiv_(self.first, spread, value=-LEARNING_RATE / (1 - BETA1 ** self.steps))
        if self.master.data_ptr() != self.target.data_ptr():
            self.target.copy_(self.master)
