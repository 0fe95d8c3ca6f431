/** What Node adds to porenet: its device. */
export {
  type AdapterListing,
  listAdapters,
  type NodeAdapterSource,
  type NodeDeviceOptions,
  requestDevice,
} from "./node/device.ts";
