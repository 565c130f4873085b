"""What another program on the same screen does, without a toolkit: it drags files over a window and drops them (XDND, version
5: https://www.freedesktop.org/wiki/Specifications/XDND/), and it pastes from the clipboard (ICCCM 2)."""
import select
import time
import urllib.parse

from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.protocol import event

PATIENCE = 20  # seconds
VERSION = 5


class Desktop:
    def __init__(self, name):
        self.display = Display(name)
        self.root = self.display.screen().root
        self.window = self.root.create_window(0, 0, 1, 1, 0, self.display.screen().root_depth,
                                              event_mask=X.PropertyChangeMask)

    def close(self):
        self.display.close()

    def atom(self, name):
        return self.display.intern_atom(name)

    def _next(self, wanted):
        """The next event for which wanted says yes; None if it does not come."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            while self.display.pending_events():
                found = self.display.next_event()
                if found.type == X.SelectionRequest:
                    self._answer(found)
                elif wanted(found):
                    return found
            select.select([self.display.fileno()], [], [], 0.1)
        return None

    # --- paste ---

    def clipboard(self):
        """The clipboard's text; None if nobody has any."""
        selection, utf8, ours = self.atom("CLIPBOARD"), self.atom("UTF8_STRING"), self.atom("PASTED")
        self.window.convert_selection(selection, utf8, ours, X.CurrentTime)
        told = self._next(lambda found: found.type == X.SelectionNotify)
        if not told or told.property == X.NONE:
            return None
        return self.window.get_full_property(ours, X.AnyPropertyType).value.decode()

    def offer(self, text, until):
        """Has a text in the clipboard, and gives it to who asks, until that is true."""
        self.text = text.encode()
        self.window.set_selection_owner(self.atom("CLIPBOARD"), X.CurrentTime)
        self.display.sync()

        def serve():
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and not until():
                while self.display.pending_events():
                    found = self.display.next_event()
                    if found.type == X.SelectionRequest:
                        self._answer(found)
                select.select([self.display.fileno()], [], [], 0.05)
        return serve

    # --- drag and drop ---

    def _aware(self, window=None):
        """The window that takes drops."""
        for child in (window or self.root).query_tree().children:
            if child.get_full_property(self.atom("XdndAware"), Xatom.ATOM):
                return child
            found = self._aware(child)
            if found:
                return found
        return None

    def _send(self, target, kind, *data):
        message = event.ClientMessage(window=target, client_type=self.atom(kind), data=(32, [*data, 0, 0, 0, 0][:5]))
        target.send_event(message, event_mask=X.NoEventMask)

    def _answer(self, request):
        """What is being dragged, or copied."""
        is_copied = request.selection == self.atom("CLIPBOARD")
        kinds = [self.atom("UTF8_STRING" if is_copied else "text/uri-list")]
        if request.target == self.atom("TARGETS"):
            request.requestor.change_property(request.property, Xatom.ATOM, 32, kinds)
        elif request.target in kinds:
            request.requestor.change_property(request.property, request.target, 8, self.text if is_copied else self.uris)
        notify = event.SelectionNotify(time=request.time, requestor=request.requestor, selection=request.selection,
                                       target=request.target, property=request.property)
        request.requestor.send_event(notify, event_mask=X.NoEventMask)

    def drop(self, *paths):
        """From outside over the middle of the window, and let go. What went wrong, or nothing."""
        self.uris = "".join(f"file://{urllib.parse.quote(path)}\r\n" for path in paths).encode()
        target, source = self._aware(), self.window
        if not target:
            return "no window takes drops"
        source.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)
        size = target.get_geometry()
        middle = target.translate_coords(self.root, 0, 0)
        x, y = size.width // 2 - middle.x, size.height // 2 - middle.y
        self._send(target, "XdndEnter", source.id, VERSION << 24, self.atom("text/uri-list"))
        for step in range(5, 0, -1):
            self._send(target, "XdndPosition", source.id, 0, (x - 10 * step) << 16 | y, X.CurrentTime, self.atom("XdndActionCopy"))
            status = self._next(lambda found: found.type == X.ClientMessage and found.client_type == self.atom("XdndStatus"))
            if not status:
                return "the window does not answer to what is dragged over it"
            if not status.data[1][1] & 1:
                return "the window does not want the file"
        self._send(target, "XdndDrop", source.id, 0, X.CurrentTime)
        done = self._next(lambda found: found.type == X.ClientMessage and found.client_type == self.atom("XdndFinished"))
        return None if done else "the window does not say that it has taken the file"
