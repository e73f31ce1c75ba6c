// Entry of every page. Everything here makes a page quicker or safer; no page depends on it.

import { startDialogs } from "./ui/dialog.js";
import { startForms } from "./ui/forms.js";
import { startKeep } from "./ui/keep.js";
import { refreshTimes, startTimes } from "./ui/time.js";
import { startToasts } from "./ui/toast.js";

document.documentElement.classList.add("has-js");
startTimes();
startToasts();
startDialogs(); // before the forms: a question is asked before a form counts as sent
startForms();
startKeep();

document.addEventListener("htmx:afterSwap", (event) => refreshTimes(event.detail.target));
