// The front end of the panel with a page to draw on.

import { attachments } from "../kit/panel.js";
import { attachPad } from "./pad.js";

attachments.push(attachPad);
