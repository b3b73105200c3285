"""JSON documents of any size, read in pieces: the members of one object, and the elements of one array of it one by one."""
import codecs
import json

PIECE = 1 << 22
LONGEST_VALUE = 1 << 26


class Damaged(Exception):
    pass


class Document:
    """Members of a JSON document and the elements of one of its arrays, read in pieces. Fractions stay text, so that no digit is lost."""

    def __init__(self, source):
        self.source, self.text, self.at, self.ended = source, "", 0, False
        self.decoder = json.JSONDecoder(parse_float=str, strict=False)
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def _more(self):
        piece = self.source.read(PIECE)
        if not piece:
            self.ended = True
            return False
        self.text, self.at = self.text[self.at:] + self.decode(piece), 0
        return True

    def peek(self):
        """The next character that is not blank; empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def take(self, character):
        if self.peek() != character:
            raise Damaged("a %s is missing" % character)
        self.at += 1

    def value(self):
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
                # A number at the end of the piece may go on in the next one.
                if end < len(self.text) or self.ended:
                    self.at = end
                    return value
            except ValueError:
                if self.ended or len(self.text) - self.at > LONGEST_VALUE:
                    raise Damaged("a value is not whole")
            self._more()

    def elements(self):
        self.take("[")
        while self.peek() != "]":
            yield self.value()
            if self.peek() == ",":
                self.at += 1
        self.take("]")

    def members(self, key_of_array, on_element, found):
        """The members of the object into `found`, without the array whose elements are handed over one by one."""
        if self.peek() == "[":
            for element in self.elements():
                on_element(element)
            return
        self.take("{")
        while self.peek() != "}":
            key = self.value()
            self.take(":")
            if key == key_of_array:
                for element in self.elements():
                    on_element(element)
            else:
                found[key] = self.value()
            if self.peek() == ",":
                self.at += 1
        self.take("}")
