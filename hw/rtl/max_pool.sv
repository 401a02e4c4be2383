// SPDX-License-Identifier: Apache-2.0
// Max pooling of one channel: the largest code since `first`, one cycle later.
module max_pool (
    input  logic       clk,
    input  logic       valid,
    input  logic       first,
    input  logic [7:0] code,
    output logic [7:0] pooled
);
    always_ff @(posedge clk)
        if (valid && (first || code > pooled)) pooled <= code;
endmodule
