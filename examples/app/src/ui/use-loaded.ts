/** What the engine is asked for again whenever something has changed; late answers to earlier questions are dropped. */
import { useEffect, useState } from "preact/hooks";
import { fault } from "./connect.ts";

/**
 * @param load asked again when one of `inputs` changes
 * @returns the last answer, `undefined` before the first
 */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    load().then((answer) => {
      if (isCurrent) setValue(() => answer);
    }, showFault);
    return () => {
      isCurrent = false;
    };
  }, [...inputs]);
  return value;
}

function showFault(error: Error): void {
  fault.value = error.message;
}
