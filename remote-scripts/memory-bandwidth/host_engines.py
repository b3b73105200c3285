"""The two STREAM kernels by what a host has: numpy, torch, or C compiled into the job's folder.

An engine gives three arrays of `count` float64 and the functions copy (a = b) and triad (a = b + s c), each one pass of one thread.
"""
import ctypes
import importlib
import mmap
import os
import shutil
import subprocess

SCALAR = 3.0
# numpy has no fused a = b + s c. In blocks of this many elements the intermediate product stays in the cache, so that memory sees b, c and a alone.
BLOCK = 32768

SOURCE = """
void copy(double *restrict a, const double *restrict b, long n) { for (long i = 0; i < n; i++) a[i] = b[i]; }
void triad(double *restrict a, const double *restrict b, const double *restrict c, double s, long n) {
  for (long i = 0; i < n; i++) a[i] = b[i] + s * c[i];
}
"""
FLAGS = ["-std=c99", "-O3", "-march=native", "-shared", "-fPIC"]


class NumpyEngine(object):
    name = "numpy"

    def __init__(self):
        self.numpy = importlib.import_module("numpy")
        self.version = self.numpy.__version__

    def allocate(self, count):
        np = self.numpy
        self.a, self.b, self.c = (np.full(count, value) for value in (0.0, 1.0, 2.0))
        spare = np.empty(min(BLOCK, count))
        cuts = [slice(at, min(at + BLOCK, count)) for at in range(0, count, BLOCK)]
        self.blocks = [(self.a[cut], self.b[cut], self.c[cut], spare[: cut.stop - cut.start]) for cut in cuts]

    def copy(self):
        self.numpy.copyto(self.a, self.b)

    def triad(self):
        add, multiply = self.numpy.add, self.numpy.multiply
        for a, b, c, spare in self.blocks:
            multiply(c, SCALAR, out=spare)
            add(b, spare, out=a)


class TorchEngine(object):
    name = "torch"

    def __init__(self):
        self.torch = importlib.import_module("torch")
        self.version = self.torch.__version__

    def allocate(self, count):
        self.torch.set_num_threads(1)
        self.a, self.b, self.c = (self.torch.full((count,), value, dtype=self.torch.float64) for value in (0.0, 1.0, 2.0))

    def copy(self):
        self.a.copy_(self.b)

    def triad(self):
        self.torch.add(self.b, self.c, alpha=SCALAR, out=self.a)


class CEngine(object):
    name = "c"

    def __init__(self, folder):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            raise ImportError("no C compiler (cc, gcc, clang)")
        source, library = os.path.join(folder, "stream.c"), os.path.join(folder, "stream.so")
        with open(source, "w") as text:
            text.write(SOURCE)
        said = subprocess.run([compiler] + FLAGS + ["-o", library, source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if said.returncode != 0:
            raise ImportError("%s: %s" % (compiler, said.stdout.decode("utf-8", "replace")[-300:]))
        self.library = ctypes.CDLL(library)
        self.version = subprocess.run([compiler, "-dumpversion"], stdout=subprocess.PIPE).stdout.decode("utf-8", "replace").strip()[:40]

    def allocate(self, count):
        self.count = ctypes.c_long(count)
        # An anonymous map is aligned to pages and given back whole.
        self.arrays = [(ctypes.c_double * count).from_buffer(mmap.mmap(-1, count * 8)) for _ in range(3)]
        self.a, self.b, self.c = self.arrays
        for array, value in ((self.a, 0.0), (self.b, 1.0), (self.c, 2.0)):
            fill(array, value, count)

    def copy(self):
        self.library.copy(self.a, self.b, self.count)

    def triad(self):
        self.library.triad(self.a, self.b, self.c, ctypes.c_double(SCALAR), self.count)


def fill(array, value, count):
    """Writes value everywhere: one page, then the rest by doubling, as element by element Python would take minutes."""
    first = min(512, count)
    for index in range(first):
        array[index] = value
    base, done = ctypes.addressof(array), first
    while done < count:
        more = min(done, count - done)
        ctypes.memmove(base + done * 8, base, more * 8)
        done += more


def open_engine(wanted, folder):
    """The engine asked for, or the first of numpy, torch and C that this host has. Raises ImportError with all reasons."""
    makers = {"numpy": NumpyEngine, "torch": TorchEngine, "c": lambda: CEngine(folder)}
    reasons = []
    for name in ["numpy", "torch", "c"] if wanted == "auto" else [wanted]:
        try:
            return makers[name]()
        except Exception as error:  # a broken installation raises anything at all; the reason is kept
            reasons.append("%s: %s" % (name, error))
    raise ImportError("; ".join(reasons))
