"""Header blocks of HTTP/2: read with libnghttp2, written plainly."""

import ctypes

Headers = dict[str, str]


class NameValue(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.POINTER(ctypes.c_uint8)),
        ("value", ctypes.POINTER(ctypes.c_uint8)),
        ("name_size", ctypes.c_size_t),
        ("value_size", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    ]


class HeaderReader:
    """HPACK, which has a state per connection."""

    EMIT, FINAL = 0x2, 0x1

    def __init__(self) -> None:
        self.library = ctypes.CDLL("libnghttp2.so.14")
        self.inflate = self.library.nghttp2_hd_inflate_hd2
        self.inflate.restype = ctypes.c_ssize_t
        self.state = ctypes.c_void_p()
        if self.library.nghttp2_hd_inflate_new(ctypes.byref(self.state)):
            raise MemoryError

    def read(self, block: bytes) -> Headers:
        headers: Headers = {}
        at = 0
        while True:
            pair, flags = NameValue(), ctypes.c_int(0)
            used = self.inflate(
                self.state,
                ctypes.byref(pair),
                ctypes.byref(flags),
                block[at:],
                ctypes.c_size_t(len(block) - at),
                1,
            )
            if used < 0:
                raise ValueError("bad header block")
            at += used
            if flags.value & self.EMIT:
                name = ctypes.string_at(pair.name, pair.name_size).decode()
                headers[name] = ctypes.string_at(pair.value, pair.value_size).decode()
            if flags.value & self.FINAL:
                self.library.nghttp2_hd_inflate_end_headers(self.state)
                return headers


def literal(text: str) -> bytes:
    size = len(text)
    if size < 127:
        return bytes([size]) + text.encode()
    rest, encoded = size - 127, bytearray([127])
    while rest >= 128:
        encoded.append(rest % 128 + 128)
        rest //= 128
    return bytes(encoded) + bytes([rest]) + text.encode()


def header_block(headers: Headers) -> bytes:
    return b"".join(b"\x00" + literal(name) + literal(value) for name, value in headers.items())
