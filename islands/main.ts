// Everything a page loads: the look, htmx, the islands and the few habits of the whole document.
import "./styles/main.css";
import "htmx.org";
import "./act-dialog/act-dialog";
import "./date-field/date-field";
import "./file-drop/file-drop";
import "./file-list/file-list";
import "./form-guard/form-guard";
import "./format-rules/format-rules";
import "./query-builder/query-builder";
import "./live/live-list";
import "./live/live-record";
import "./live/live-state";
import "./ref-pick/ref-pick";
import "./row-list/row-list";
import "./run-progress/run-progress";
import "./sort-list/sort-list";
import "./theme-switch/theme-switch";
import "./toast-note/toast-note";
import { startKeys } from "./keys";
import { startLive } from "./live/start";
import { startMenus } from "./menus";
import { startRequests } from "./requests";

startKeys();
startLive();
startMenus();
startRequests();
