# SPDX-License-Identifier: Apache-2.0
"""A second client, written from proto/README.md and the schemas alone: libzmq through ctypes, protobuf by hand, OpenSSL's command.

It exists to say what the library never would: garbage, lies, other agencies' ids.  It also shows that the wire can be spoken from
another language.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import subprocess
import tempfile
import time

from harness import PATIENCE

ZMQ_DEALER, ZMQ_LINGER, ZMQ_RCVTIMEO, ZMQ_SNDTIMEO, ZMQ_SNDMORE = 5, 17, 27, 28, 2
ZMQ_ROUTING_ID, ZMQ_RCVHWM = 5, 24
ZMQ_CURVE_PUBLICKEY, ZMQ_CURVE_SECRETKEY, ZMQ_CURVE_SERVERKEY, ZMQ_RCVMORE = 48, 49, 50, 13
zmq = ctypes.CDLL(ctypes.util.find_library("zmq") or "libzmq.so.5", use_errno=True)
zmq.zmq_ctx_new.restype = ctypes.c_void_p
zmq.zmq_socket.restype = ctypes.c_void_p
zmq.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
zmq.zmq_setsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
zmq.zmq_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
zmq.zmq_send.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
zmq.zmq_recv.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
zmq.zmq_close.argtypes = [ctypes.c_void_p]
zmq.zmq_ctx_term.argtypes = [ctypes.c_void_p]
zmq.zmq_curve_keypair.argtypes = [ctypes.c_char_p, ctypes.c_char_p]


# ---- protobuf, as much as is needed: a message is a list of (field, value); int: varint, bytes or str: length-delimited ----

def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def pack(*fields):
    out = bytearray()
    for field, value in fields:
        if isinstance(value, int):
            out += varint(field << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else bytes(value)
            out += varint(field << 3 | 2) + varint(len(data)) + data
    return bytes(out)


def unpack(data):
    """{field: [values]}; nested messages stay bytes."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            value = number()
        elif tag & 7 == 1:
            value, at = int.from_bytes(data[at:at + 8], "little"), at + 8
        elif tag & 7 == 2:
            size = number()
            value, at = data[at:at + size], at + size
        elif tag & 7 == 5:
            value, at = int.from_bytes(data[at:at + 4], "little"), at + 4
        else:
            raise ValueError(f"wire type {tag & 7}")
        fields.setdefault(tag >> 3, []).append(value)
    return fields


# ---- Merkle trees, RFC 6962 ----

def sha256(data):
    return hashlib.sha256(data).digest()


def merkle_root(leaves):
    """Over leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:]))


def merkle_leaf(data):
    return sha256(b"\x00" + data)


class Bundle:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.json = json.load(file)
        flat = {**self.json, **self.json.get("broker", {})}
        self.address = self.json["agency"]
        self.site = self.address.split("@")[1]
        self.endpoint = flat["endpoints"][0]
        self.broker_key = base64.b64decode(flat["broker_key"])
        self.public, self.secret = (base64.b64decode(self.json[name]) for name in ("curve_public_key", "curve_secret_key"))
        self.signing_pem, self.signing_certificate = self.json["signing"]["key"], der(self.json["signing"]["certificate"])
        self.sealing_certificate = der(self.json["sealing"][0]["certificate"])

    def sign(self, message):
        """ECDSA P-256 with SHA-256, DER."""
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as key:
            key.write(self.signing_pem)
            key.flush()
            return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key.name], input=message, capture_output=True,
                                  check=True).stdout


class Invitation:
    """A one-time key that can only enrol."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            flat = json.load(file)
        self.address, self.endpoint = flat["agency"], flat["endpoints"][0]
        self.broker_key, self.public, self.secret = (base64.b64decode(flat[name]) for name in ("broker_key", "curve_public_key", "curve_secret_key"))


def der(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))


def new_keys():
    """A CURVE pair that nobody enrolled, raw."""
    public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
    assert zmq.zmq_curve_keypair(public, secret) == 0
    raw = [ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)]
    for text, to in zip((public, secret), raw):
        zmq.zmq_z85_decode(to, text)
    return raw[0].raw, raw[1].raw


class Connection:
    """A DEALER with CURVE.  Sends and receives pairs of frames."""

    def __init__(self, bundle, public=None, secret=None, timeout=PATIENCE, routing=None, curve=True):
        self.bundle = bundle
        self.context = zmq.zmq_ctx_new()
        self.socket = zmq.zmq_socket(self.context, ZMQ_DEALER)
        for option, value in ((ZMQ_LINGER, 0), (ZMQ_SNDTIMEO, 2000)):
            self.set_int(option, value)
        self.set_timeout(timeout)
        if routing is not None:
            assert zmq.zmq_setsockopt(self.socket, ZMQ_ROUTING_ID, routing, len(routing)) == 0
        for option, key in () if not curve else ((ZMQ_CURVE_SERVERKEY, bundle.broker_key), (ZMQ_CURVE_PUBLICKEY, public or bundle.public),
                            (ZMQ_CURVE_SECRETKEY, secret or bundle.secret)):
            assert zmq.zmq_setsockopt(self.socket, option, key, 32) == 0
        assert zmq.zmq_connect(self.socket, bundle.endpoint.encode()) == 0

    def set_int(self, option, value):
        number = ctypes.c_int(value)
        assert zmq.zmq_setsockopt(self.socket, option, ctypes.byref(number), 4) == 0

    def set_timeout(self, seconds):
        self.set_int(ZMQ_RCVTIMEO, int(seconds * 1000))

    def send(self, control, data=b""):
        return self.send_frames(control, data)

    def send_frames(self, *frames):
        for index, frame in enumerate(frames):
            more = ZMQ_SNDMORE if index + 1 < len(frames) else 0
            if zmq.zmq_send(self.socket, frame, len(frame), more) < 0:
                return False
        return True

    def receive(self):
        """(control, data), or None when nothing came in time."""
        frames = []
        room = ctypes.create_string_buffer(4 << 20)
        while len(frames) < 2:
            size = zmq.zmq_recv(self.socket, room, len(room), 0)
            if size < 0:
                return None
            frames.append(room.raw[:size])
        return frames

    def receive_kind(self, field, seconds=PATIENCE):
        """The next FromBroker whose oneof member is this field, unpacked; None when it does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            frames = self.receive()
            if frames is None:
                return None
            message = unpack(frames[0])
            if field in message:
                return unpack(message[field][0]) if isinstance(message[field][0], bytes) else message[field][0]
        return None

    def hello(self, version_min=1, version_max=1, agency=None, receives=False):
        self.send(pack((1, pack((1, version_min), (2, version_max), (3, "a test"), (4, agency or self.bundle.address), (7, int(receives))))))

    def welcome(self, receives=False):
        self.hello(receives=receives)
        answer = self.receive_kind(1)
        assert answer is not None, "no Welcome"
        return answer

    def credit(self, items, size):
        self.send(pack((3, pack((1, items), (2, size)))))

    def ping(self, number=7):
        """Whether the session still answers."""
        return self.send(pack((7, number))) and self.receive_kind(8) == number

    def bye(self):
        self.send(pack((8, 1)))

    def close(self):
        zmq.zmq_close(self.socket)
        zmq.zmq_ctx_term(self.context)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# ---- messages ----

def message_id():
    """A UUIDv7 of now."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


def part_ref(part, classes=(1,)):
    return pack((1, sha256(part)), (2, len(part)), (3, 1), (4, bytes(classes)))


def view(sender, recipient, sealed_to, part, **changes):
    """The fields of a valid request's View, as {number: value}; changes by name of the parameter's comment below."""
    fields = {1: message_id(), 2: 1, 3: sender, 4: recipient, 5: message_id(), 7: 1,
              8: pack((1, 6), (2, 15), (5, "委託業務")), 9: 1, 10: 1, 11: int(time.time() * 1e6), 14: part_ref(part),
              16: list(sealed_to), 17: os.urandom(16)}
    fields.update({int(name[1:]): value for name, value in changes.items()})  # f7=4: field 7 is 4
    return fields


def statement_of_view(fields):
    flat = []
    for number in sorted(fields):
        value = fields[number]
        flat += [(number, one) for one in value] if isinstance(value, list) else [(number, value)]
    return pack((1, pack(*flat)))


def batch(bundle, orders, number=1, signature=None, certificate=None):
    """A FromClient batch of orders, each a list of statements, signed by the bundle's device."""
    certificate_hash = sha256(bundle.signing_certificate) if certificate is None else certificate
    root = merkle_root([merkle_leaf(merkle_root([merkle_leaf(one) for one in order])) for order in orders])
    if signature is None:
        signature = bundle.sign(b"tsunagi-batch-v1\0" + bundle.site.encode() + b"\0" + certificate_hash + root)
    packed = [(4, pack(*[(1, one) for one in order])) for order in orders]
    return pack((2, pack((1, number), (2, certificate_hash), (3, signature), *packed)))


def acknowledge(*items):
    """A statement; items are (number, leaf hash of the View statement)."""
    return pack((2, pack(*[(1, pack((1, number), (2, view_hash))) for number, view_hash in items])))


def refuse(number, view_hash, reason=1):
    return pack((3, pack((1, number), (2, view_hash), (3, reason))))


def items_of(handout):
    """(number, leaf hash of the View statement) of each item of an unpacked Handout."""
    rows = [unpack(item) for item in handout.get(2, [])]
    return [(row[1][0], merkle_leaf(row[3][0])) for row in rows]


def refusal_codes(replies):
    """Of a Replies message: a refusal's code, or 0 for accepted, each; a run is of accepted orders alone."""
    codes = [0] * (len(unpack(replies[5][0])[2][0]) // 32) if 5 in replies else []
    for reply in replies.get(2, []):
        outcome = unpack(reply)
        codes.append(unpack(outcome[2][0]).get(1, [0])[0] if 2 in outcome else 0)
    return codes
