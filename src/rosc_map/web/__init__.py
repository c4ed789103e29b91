"""The web app: the second door. It reads forms, calls the partnership, and shows pages; no logic of its own.

How a page is made, for whoever adds one:

- a module of this room has a ``router``, which ``app`` includes; its pages are templates in a folder of its own;
- ``visitor.SignedIn``, ``Recorder``, ``Coordinator`` and ``Admin`` say who may come (as types of an argument);
  ``refused.NotThere`` is raised for what is not there and for what is not theirs alike;
- a plain ``def`` runs beside others in a thread of its own: it may read files and ask the database;
- ``forms.Form`` gives what was sent, ``forms.questions`` what to ask, read from the schema; ``_fields.html`` draws it;
- a change is a POST whose form has ``{{ csrf() }}``; it is checked for every route, and ends in a redirect (303).
"""
