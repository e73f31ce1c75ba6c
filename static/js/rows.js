// Pages with rows of forms: every place to type and choose becomes a combobox.

import { startComboboxes } from "./ui/combobox.js";

startComboboxes();
