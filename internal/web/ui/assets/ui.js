// What makes pages quicker for those who have JavaScript. Every page works
// without it. Events are heard at the document, so what htmx swaps in works too.
import "./preference.js";
import "./form.js";
import "./bulk.js";
import "./overlay.js";
import "./month.js";
import "./diary.js";
import "./refresh.js";
import "./framed.js";
import { settle } from "./settle.js";

settle();
document.addEventListener("htmx:after:swap", () => settle());
