/** Networks in and out of bytes: Statoil/ICL, OpenPNM JSON and CSV, VTP for ParaView. No file system here. */
export type { ByteSource, Bytes } from "./byte-source.ts";
export { readOpenpnmCsv } from "./csv-reader.ts";
export { writeOpenpnmCsv, writeResultCsv } from "./csv-writer.ts";
export {
  detectFormat,
  type FormatName,
  findStatoilFiles,
  NETWORK_FORMATS,
  type NetworkFormat,
  readNetwork,
  type WrittenFile,
  writeNetwork,
} from "./formats.ts";
export type { NetworkFacts } from "./network-columns.ts";
export { readOpenpnmJson } from "./openpnm-json-reader.ts";
export { writeOpenpnmJson } from "./openpnm-json-writer.ts";
export { expandReservoirs, foldReservoirs } from "./reservoirs.ts";
export { readStatoil, type StatoilFile } from "./statoil-reader.ts";
export { type NoteListener, writeStatoil } from "./statoil-writer.ts";
export { joinChunks } from "./text-chunks.ts";
export { type PoreValues, type VtpOptions, writeVtp } from "./vtp-writer.ts";
