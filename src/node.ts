/** What Node adds to porenet: its device, and files. */
export { type ReadDatasetOptions, readDataset } from "./node/dataset-files.ts";
export {
  type AdapterListing,
  listAdapters,
  type NodeAdapterSource,
  type NodeDeviceOptions,
  requestDevice,
} from "./node/device.ts";
export {
  type FileContent,
  type FileControl,
  readNetworkFile,
  type WriteNetworkOptions,
  writeFileAtomically,
  writeNetworkFile,
} from "./node/files.ts";
export { readDefaultModel, readModel, writeModel } from "./node/model-files.ts";
