/** What the page can ask for: one object, called through the worker's messages. */
import { Calibrator } from "./calibrator.ts";
import { Desk } from "./desk.ts";
import { Session } from "./session.ts";
import { Solver } from "./solver.ts";
import { Trainer } from "./trainer.ts";

export class Engine {
  readonly session = new Session();
  readonly stage = this.session.stage;
  readonly tasks = this.session.tasks;
  /** Networks: opened, generated, described, written. */
  readonly desk = new Desk(this.session);
  readonly solver = new Solver(this.session);
  readonly calibrator = new Calibrator(this.session);
  readonly trainer = new Trainer(this.session);
}
