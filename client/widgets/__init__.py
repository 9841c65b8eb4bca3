"""The widgets that every screen is built of. They draw and are touched; they never think.

**What they ask of the app** (``client.widgets.look.Look``, mixed into the App before ``App``):
``app.theme`` (colours; ``ObjectProperty(rebind=True)``), ``app.k`` (text scale 1, 1.15, 1.3),
``app.language``, ``app.calm`` (no motion), ``app.soft_keyboard`` (fields bring up our keyboard),
``app.tr(key, language=None, **params)``, ``app.wear(theme, text_size)``. A kv rule writes
``text: app.tr("act.close", app.language)``, ``color: app.theme.ink2``,
``height: m.rise("tab", app.k)`` with ``#:import m client.widgets.metrics``; each follows a change
at once. The app must be running (``App.get_running_app()``) when a widget is made. Colours in
Python: ``App.get_running_app().theme``.

**Kv files** lie beside their module (``NAME/__init__.py``, ``NAME/NAME.kv``) and are loaded once by
``load_kv(__file__)`` (``client.widgets.kv``) on the module's last line. Import the classes whose
names a kv rule uses above that line. Two traps: a property that a parent's rule binds cannot be
rebound in a child's rule (both fire), so set the property meant for it (``grade``, ``tone``,
``size_hint_x``); an object whose fields a rule reads needs ``rebind=True``.

**Natural size**: a widget marked (n) has its own height, and its own width unless marked (h).
Give ``size_hint_x=1`` to stretch a (n) one; for another height give ``size_hint_y`` inside a box of
that height (a plain ``height`` does not hold). "Container": children given to it go where noted.

label     BareText(n)  text role weight fit("text" natural, "height" wraps, "box" fills) grows color
          Text         the same with tone: a colour token ("ink", "ink2", "lac", "blu" …)
          Figures(n)   text role weight color: timers and counts that do not tremble
          roles: caption 18, body 20, strong 22, title3 24, title2 28, pin 32, title1 34, ballot 38,
          verdict 44, percent 72, choice 76, count 84, number 96
          weights: regular medium semibold bold
icon      BareIcon(n)  name extent(dp) color spin grows · Icon: tone · Loader(n): the turning one
plate     Plate        ground for your own: fill edge edge_width radius corners ring
card      Card(h)      container (BoxLayout, vertical): accent(rgba) accent_left(bool) kind
                       "surface" "amb" "blu" "grn" "lac"; give height or bind minimum_height
          Hairline     1 dp line, horizontal or vertical(bool) · Fact(h) icon text kind: tinted note
button    StyledButton(n) text icon kind(primary secondary danger critical ghost follow)
                       grade(small normal xl giant) busy busy_text disabled stacked role
                       · on_release
          SpeakButton(n) text stage(idle waiting invited) stacked disabled · on_release
tool      Tool(n)      text icon on disabled write(bool: 84 high) · on_release
          Segmented(n) options [(value, text, icon)] value bottom(bool: 70 high) · on_choose(value)
chip      Chip(n)      text icon kind(neutral grn amb lac blu solid outline)
          StatusText(n) kind(key of chip.STATUS) text strong · Tag(n) text: version of a paper
rail      RailRow(h)   number title status(kind) status_text selected live · on_release
          SlimRailRow(h) number status status_text selected live · on_release
          DocumentTab(n) text version on icon strong · on_release
          PageButton   text icon disabled: fills its height · on_release
person    Avatar(n)    text extent on · Disc(n) text icon on tone
          NameRow(h)   name post mark(text right: the seat) chosen · on_release
          SeatTile(n)  text present · on_release (mouse only, 42 dp)
pin       PinDots(h)   filled length wrong
          PinPad(n)    pin length disabled delete_text · on_pin(pin) at every change, clear()
ballot    BallotButton(h) choice(for against other) text note chosen · on_release
          ChoiceCard(h) choice caption text: the confirmed choice
          ResultBar(h) parts [(choice, count)] base threshold(votes, 0 none) label tall(bool)
rows      ListRow(h)   container (children go right): icon title subtitle selected live first last
                       divider · on_release
          RadioCard(h) title subtitle on · CheckRow(h) text on · on_release
banner    Banner(h)    container (buttons go right): kind(amb blu lac grn) icon title body flat
toast     Toasts       a layer over the window: show(text, icon, action="", on_action=None), hide()
          Toast(n)     text icon action · on_action
dialog    Layer        open() close(): scrim over the window, swallows touches; on_closed
          Dialog       title body icon tone safe_text act_text act_kind; container (children under
                       the body) · on_safe on_act (each closes first); opens with focus on safe
          Sheet        title close_text card_width; container · on_closed
          Raised       a BoxLayout on a card with shadow("shadow1" pop-ups, "shadow2")
field     TextField(h) label text hint error icon password desk(bool: 56 high) multiline readonly
                       · on_text_validate, focus_in()
progress  Bar(h)       value 0..1 tone thick(dp) · LabelledBar(n) text mark value tone
scroll    ScrollView   Kivy's own, with a bar that does not fade
stepper   Stepper(h)   steps [text] current(index)
topbar    TopBar(h)    container, a bar with a hairline below (BoxLayout)
          Brand(n)     title subtitle · ConnectionStatus(n) kind(ok lost again) text saved(bool)
                       saved_text · NowBar(n) text rest icon away(bool) · on_release
keyboard  Keyboard(h)  Telex and numbers, types into ``target`` (a TextInput); KeyboardDock: the
                       layer that TextField opens when ``app.soft_keyboard``; closes on Xong
"""
