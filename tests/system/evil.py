# SPDX-License-Identifier: Apache-2.0
"""A broker that means ill: it stands between one agency and the real broker and holds the site's own keys, so that the
connection proves nothing.  What it changes must be noticed by the agency's library.

    with EvilBroker(site, "link") as evil:
        evil.from_broker = lambda message, data: (changed message, changed data)
        Client(evil.bundle) ...
"""
import ctypes
import json
import os
import threading

import wire

ROUTER, CURVE_SERVER, POLLIN = 6, 47, 1


class PollItem(ctypes.Structure):
    _fields_ = [("socket", ctypes.c_void_p), ("fd", ctypes.c_int), ("events", ctypes.c_short), ("revents", ctypes.c_short)]


wire.zmq.zmq_poll.argtypes = [ctypes.POINTER(PollItem), ctypes.c_int, ctypes.c_long]
wire.zmq.zmq_bind.argtypes = [ctypes.c_void_p, ctypes.c_char_p]


class Message:
    """A protobuf message that can be changed: a list of [field, value] in order; edit() goes into one that is nested."""

    def __init__(self, data):
        self.fields = [[field, value] for field, value in self.walk(data)]

    @staticmethod
    def walk(data):
        at = 0
        while at < len(data):
            start = at
            fields = {}
            tag = shift = 0
            while True:
                byte = data[at]
                at += 1
                tag |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            size = 8 if tag & 7 == 1 else 4 if tag & 7 == 5 else 0
            if tag & 7 == 0:
                while data[at] >= 0x80:
                    at += 1
                at += 1
            elif tag & 7 == 2:
                length = shift = 0
                while True:
                    byte = data[at]
                    at += 1
                    length |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
                at += length
            else:
                at += size
            fields = wire.unpack(data[start:at])
            (field, (value,)), = fields.items()
            yield field, value

    def has(self, field):
        return any(number == field for number, _ in self.fields)

    def get(self, field, index=0):
        return [value for number, value in self.fields if number == field][index]

    def set(self, field, value, index=0):
        matching = [row for row in self.fields if row[0] == field]
        matching[index][1] = value

    def add(self, field, value):
        self.fields.append([field, value])

    def edit(self, path, change):
        """Replaces what stands at path (field numbers) by change of it."""
        field, *rest = path
        if rest:
            inner = Message(self.get(field))
            inner.edit(rest, change)
            self.set(field, inner.bytes())
        else:
            self.set(field, change(self.get(field)))

    def bytes(self):
        return wire.pack(*[(field, value) for field, value in self.fields])


class EvilBroker:
    def __init__(self, site, agency):
        self.site, self.agency = site, agency
        self.real = wire.Bundle(site.bundle(agency))
        self.from_broker = self.from_client = lambda message, data: (message, data)
        self.stop = threading.Event()
        self.seen = []  # which members of FromBroker passed
        self.failure = None

    def __enter__(self):
        with open(os.path.join(self.site.home, "keys", "curve.key"), encoding="ascii") as file:
            secret = bytes.fromhex(file.read().strip())
        endpoint = f"ipc://{self.site.work}/evil-{self.agency}.sock"
        self.context = wire.zmq.zmq_ctx_new()
        self.router = wire.zmq.zmq_socket(self.context, ROUTER)
        one = ctypes.c_int(1)
        assert wire.zmq.zmq_setsockopt(self.router, CURVE_SERVER, ctypes.byref(one), 4) == 0
        assert wire.zmq.zmq_setsockopt(self.router, wire.ZMQ_CURVE_SECRETKEY, secret, 32) == 0
        assert wire.zmq.zmq_setsockopt(self.router, wire.ZMQ_LINGER, ctypes.byref(ctypes.c_int(0)), 4) == 0
        assert wire.zmq.zmq_bind(self.router, endpoint.encode()) == 0
        changed = dict(self.real.json)
        where = changed["broker"] if "broker" in changed else changed
        where["endpoints"] = [endpoint]
        self.bundle = os.path.join(self.site.work, f"evil-{self.agency}.bundle")
        with os.fdopen(os.open(self.bundle, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(changed, file)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        wire.zmq.zmq_close(self.router)
        wire.zmq.zmq_ctx_term(self.context)
        if self.failure:
            raise self.failure

    def receive(self, socket):
        room = ctypes.create_string_buffer(4 << 20)
        frames, more, size = [], ctypes.c_int(1), ctypes.c_size_t(4)
        while more.value:
            length = wire.zmq.zmq_recv(socket, room, len(room), 0)
            frames.append(room.raw[:length])
            wire.zmq.zmq_getsockopt(ctypes.c_void_p(socket), wire.ZMQ_RCVMORE, ctypes.byref(more), ctypes.byref(size))
        return frames

    def run(self):
        connections = {}  # routing id: our own connection to the real broker
        try:
            while not self.stop.is_set():
                self.turn(connections)
        except Exception as failure:  # told when the test ends
            self.failure = failure
        for connection in connections.values():
            connection.close()

    def turn(self, connections):
        sockets = [self.router, *[connection.socket for connection in connections.values()]]
        items = (PollItem * len(sockets))(*[PollItem(socket, 0, POLLIN, 0) for socket in sockets])
        wire.zmq.zmq_poll(items, len(sockets), 20)
        if items[0].revents:
            peer, control, data = self.receive(self.router)
            if peer not in connections:
                connections[peer] = wire.Connection(self.real)
            connections[peer].send(*self.change(self.from_client, control, data))
        for (peer, connection), item in zip(list(connections.items()), items[1:]):
            if item.revents:
                control, data = self.receive(connection.socket)
                self.seen.append(Message(control).fields[0][0])
                control, data = self.change(self.from_broker, control, data)
                for frame, flag in ((peer, 2), (control, 2), (data, 0)):
                    wire.zmq.zmq_send(self.router, frame, len(frame), flag)

    @staticmethod
    def change(function, control, data):
        message = Message(control)
        message, data = function(message, data)
        return message.bytes(), data
