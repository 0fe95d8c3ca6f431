// Rows in slices of 32 (src/multigrid/sliced-rows.ts), of which a lane takes four neighbouring ones: `order` names them, and
// `layerStart` holds each slice's first layer. What fills a slice is the row behind all others, whose values are 0.
@group(0) @binding(1) var<storage, read> layerStart: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<vec4u>;
@group(0) @binding(3) var<storage, read> column: array<vec4u>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;
