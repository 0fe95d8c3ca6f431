/** A reporter that closes the run with one line for scripts: `N passed, N failed`, and `, N skipped` if any. */
import { writeSync } from "node:fs";
import type { Reporter, TestModule, TestSuite } from "vitest/node";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      count.failed += countSuiteErrors(module);
      for (const test of module.children.allTests()) count[test.result().state]++;
    }
    const skipped = count.skipped + count.pending;
    const line = `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`;
    // At exit: nothing of vitest's comes after it.
    process.once("exit", () => writeSync(1, line));
  }
}

/** Files that do not load and hooks that throw fail no test, but the run. */
function countSuiteErrors(suite: TestModule | TestSuite): number {
  let errors = suite.errors().length;
  for (const child of suite.children.suites()) errors += countSuiteErrors(child);
  return errors;
}
