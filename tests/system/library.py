# SPDX-License-Identifier: Apache-2.0
"""libtsunagi's core as any language's foreign-function interface sees it: JSON text and opaque pointers, through ctypes."""
import ctypes
import json
import os

import harness

LIBRARY = os.path.join(harness.BUILD, "clients", "libtsunagi", "libtsunagi.so.0")

OK, REFUSED, NOT_FOUND, TIMEOUT, UNREACHABLE, IN_OUTBOX, USAGE, NOT_AUTHENTIC, IO, NO_MEMORY, UNDECIDED = range(0, -11, -1)

_c = ctypes.CDLL(LIBRARY)
_text = ctypes.c_void_p
for name, result, arguments in (
        ("tsg_version", ctypes.c_char_p, []), ("tsg_strerror", ctypes.c_char_p, [ctypes.c_int]), ("tsg_free", None, [_text]),
        ("tsg_client_open_json", ctypes.c_int, [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(_text), ctypes.POINTER(_text)]),
        ("tsg_client_close", None, [_text]), ("tsg_client_set_timeout", None, [_text, ctypes.c_int]), ("tsg_client_fd", ctypes.c_int, [_text]),
        ("tsg_client_dispatch", ctypes.c_int, [_text, ctypes.c_int]), ("tsg_last_error", ctypes.c_char_p, [_text]),
        ("tsg_client_status_json", ctypes.c_int, [_text, ctypes.POINTER(_text)]),
        ("tsg_send_json", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_text)]),
        ("tsg_enqueue_json", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_text)]),
        ("tsg_next_receipt", ctypes.c_int, [_text, ctypes.c_int, ctypes.POINTER(_text)]),
        ("tsg_check_json", ctypes.c_int, [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_text)]),
        ("tsg_outbox_json", ctypes.c_int, [_text, ctypes.POINTER(_text)]),
        ("tsg_outbox_flush", ctypes.c_int, [_text, ctypes.c_int, ctypes.POINTER(_text)]),
        ("tsg_outbox_discard", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.POINTER(_text)]),
        ("tsg_next", ctypes.c_int, [_text, ctypes.c_int, ctypes.POINTER(_text)]), ("tsg_delivery_free", None, [_text]),
        ("tsg_delivery_json", ctypes.c_char_p, [_text]), ("tsg_delivery_save", ctypes.c_int, [_text, ctypes.c_char_p]),
        ("tsg_delivery_field", ctypes.c_char_p, [_text, ctypes.c_char_p]), ("tsg_ack", ctypes.c_int, [_text]),
        ("tsg_ack_later", ctypes.c_int, [_text]), ("tsg_client_unanswered", ctypes.c_size_t, [_text]),
        ("tsg_refuse", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.c_char_p]), ("tsg_inbox_json", ctypes.c_int, [_text, ctypes.POINTER(_text)]),
        ("tsg_act_json", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_text)]),
        ("tsg_receipt_json", ctypes.c_int, [_text, ctypes.c_char_p, ctypes.POINTER(_text)]),
        ("tsg_verify_json", ctypes.c_int, [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_char_p), ctypes.c_size_t,
                                           ctypes.POINTER(_text)]),
        ("tsg_enrol", ctypes.c_int, [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(_text)]),
        ("tsg_ping", ctypes.c_int, [ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(_text)])):
    function = getattr(_c, name)
    function.restype, function.argtypes = result, arguments


def _taken(pointer):
    """The JSON behind a char * of ours, freed; None for NULL."""
    if not pointer.value:
        return None
    text = ctypes.string_at(pointer.value)
    _c.tsg_free(pointer)
    return json.loads(text)


def _bytes(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


class Delivery:
    def __init__(self, pointer):
        self.pointer = pointer

    def json(self):
        return json.loads(_c.tsg_delivery_json(self.pointer))

    def field(self, name):
        value = _c.tsg_delivery_field(self.pointer, name.encode())
        return None if value is None else value.decode()

    def save(self, directory):
        return _c.tsg_delivery_save(self.pointer, directory.encode())

    def ack(self):
        return _c.tsg_ack(self.pointer)

    def ack_later(self):
        return _c.tsg_ack_later(self.pointer)

    def refuse(self, code, text):
        return _c.tsg_refuse(self.pointer, code.encode(), text.encode())

    def free(self):
        _c.tsg_delivery_free(self.pointer)
        self.pointer = None


class Client:
    """Each call gives (result, JSON or None)."""

    def __init__(self, bundle, outbox=None, timeout_ms=harness.PATIENCE * 1000):
        self.pointer, error = _text(), _text()
        self.opened = _c.tsg_client_open_json(bundle.encode(), outbox.encode() if outbox else None, ctypes.byref(self.pointer), ctypes.byref(error))
        self.open_error = _taken(error)
        if self.opened == OK:
            _c.tsg_client_set_timeout(self.pointer, timeout_ms)

    def __enter__(self):
        assert self.opened == OK, self.open_error
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        _c.tsg_client_close(self.pointer)
        self.pointer = None

    def _call(self, function, *arguments):
        out = _text()
        result = function(self.pointer, *arguments, ctypes.byref(out))
        return result, _taken(out)

    def error(self):
        return json.loads(_c.tsg_last_error(self.pointer))["error"]

    def timeout(self, ms):
        _c.tsg_client_set_timeout(self.pointer, ms)

    def fd(self):
        return _c.tsg_client_fd(self.pointer)

    def dispatch(self, ms):
        return _c.tsg_client_dispatch(self.pointer, ms)

    def unanswered(self):
        return _c.tsg_client_unanswered(self.pointer)

    def status(self):
        return self._call(_c.tsg_client_status_json)[1]

    def send(self, message):
        text = _bytes(message)
        return self._call(_c.tsg_send_json, text, len(text))

    def enqueue(self, message):
        text = _bytes(message)
        return self._call(_c.tsg_enqueue_json, text, len(text))

    def next_receipt(self, ms):
        return self._call(_c.tsg_next_receipt, ms)

    def outbox(self):
        return self._call(_c.tsg_outbox_json)[1]["messages"]

    def flush(self, ms):
        return self._call(_c.tsg_outbox_flush, ms)

    def discard(self, message_id):
        return self._call(_c.tsg_outbox_discard, message_id.encode())

    def next(self, ms):
        out = _text()
        result = _c.tsg_next(self.pointer, ms, ctypes.byref(out))
        return result, Delivery(out) if result == OK else None

    def inbox(self):
        return self._call(_c.tsg_inbox_json)

    def act(self, action, **fields):
        text = _bytes(dict(fields, action=action))
        return self._call(_c.tsg_act_json, text, len(text))

    def receipt(self, message_id):
        return self._call(_c.tsg_receipt_json, message_id.encode())


def verify(evidence, *keys):
    text, out = _bytes(evidence), _text()
    trusted = (ctypes.c_char_p * max(1, len(keys)))(*[key.encode() for key in keys])
    result = _c.tsg_verify_json(text, len(text), trusted, len(keys), ctypes.byref(out))
    return result, _taken(out)


def check(message):
    text, out = _bytes(message), _text()
    return _c.tsg_check_json(text, len(text), ctypes.byref(out)), _taken(out)


def ping(bundle, ms=harness.PATIENCE * 1000):
    out = _text()
    return _c.tsg_ping(bundle.encode(), ms, ctypes.byref(out)), _taken(out)


def enrol(invitation, device, bundle, ms=harness.PATIENCE * 1000):
    out = _text()
    return _c.tsg_enrol(invitation.encode(), device.encode(), bundle.encode(), ms, ctypes.byref(out)), _taken(out)
