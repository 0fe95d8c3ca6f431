/** A page of the application, and what a person does there. */
import { createRequire } from "node:module";
import type { Download, Page } from "playwright-core";
import { photograph } from "./app-page.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** A page with nothing on it but what a visitor of this address gets. */
export class Visit {
  readonly problems: string[] = [];
  readonly requested: string[] = [];
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    // A software adapter that shares its cores with other tests takes its time.
    page.setDefaultTimeout(90_000);
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && this.problems.push(message.text()));
    page.on("request", (request) => this.requested.push(request.url()));
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole("tab", { name, exact: true }).click();
  }

  async chooseFiles(files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0]): Promise<void> {
    await this.openTab("Network");
    await this.page.getByLabel(/Choose files/).setInputFiles(files);
  }

  /** @param axis x, y, z or all */
  async solve(axis: string): Promise<void> {
    await this.openTab("Solve");
    const { page } = this;
    const solved = page.locator(".permeability");
    // What was solved before is there until what is solved now takes its place.
    const before = (await solved.count()) > 0 ? await solved.getAttribute("data-version") : undefined;
    await page.getByRole("radio", { name: axis, exact: true }).check();
    await page.getByRole("button", { name: "Solve", exact: true }).click();
    await page.locator(`.permeability:not([data-version="${before}"])`).waitFor();
    await page.locator(`.permeability[data-axis="${axis === "all" ? "x" : axis}"]`).waitFor();
  }

  /** m² */
  async readPermeability(): Promise<number> {
    return Number(await this.page.locator(".permeability").getAttribute("data-m2"));
  }

  async download(button: string): Promise<Download> {
    await this.openTab("Export");
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("button", { name: button, exact: true }).click(),
    ]);
    return download;
  }

  async findViolations(): Promise<string[]> {
    await this.page.addScriptTag({ path: AXE });
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
  }

  async photograph(name: string): Promise<void> {
    await photograph(this.page, name);
  }
}
