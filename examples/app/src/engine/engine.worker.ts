/** The worker in which all of porenet runs: the page's own thread computes nothing. */
import { expose } from "comlink";
import { Engine } from "./engine.ts";

expose(new Engine());
