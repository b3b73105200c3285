"""Waits for sockets, to within some tens of microseconds where the system can."""
import select
import selectors

READ, WRITE = 1, 2


class EpollPoller(object):
    """epoll counts in milliseconds; select on its descriptor waits for shorter times, so that no request is a millisecond late."""

    def __init__(self):
        self.epoll = select.epoll()
        self.own = [self.epoll.fileno()]

    def add(self, fd, interest):
        self.epoll.register(fd, self.mask(interest))

    def change(self, fd, interest):
        self.epoll.modify(fd, self.mask(interest))

    def remove(self, fd):
        self.epoll.unregister(fd)

    @staticmethod
    def mask(interest):
        return (select.EPOLLIN if interest & READ else 0) | (select.EPOLLOUT if interest & WRITE else 0)

    def wait(self, seconds):
        """[(descriptor, interest)] of what is ready, errors as both."""
        if seconds > 0 and not select.select(self.own, (), (), seconds)[0]:
            return ()
        return [(fd, (READ if mask & ~select.EPOLLOUT else 0) | (WRITE if mask & ~select.EPOLLIN else 0)) for fd, mask in self.epoll.poll(0, 128)]


class PlainPoller(object):
    """kqueue or what else the system has."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()

    def add(self, fd, interest):
        self.selector.register(fd, self.mask(interest))

    def change(self, fd, interest):
        self.selector.modify(fd, self.mask(interest))

    def remove(self, fd):
        self.selector.unregister(fd)

    @staticmethod
    def mask(interest):
        return (selectors.EVENT_READ if interest & READ else 0) | (selectors.EVENT_WRITE if interest & WRITE else 0)

    def wait(self, seconds):
        ready = self.selector.select(max(0, seconds))
        return [(key.fd, (READ if mask & selectors.EVENT_READ else 0) | (WRITE if mask & selectors.EVENT_WRITE else 0)) for key, mask in ready]


def new_poller():
    return EpollPoller() if hasattr(select, "epoll") else PlainPoller()
