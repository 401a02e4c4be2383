// SPDX-License-Identifier: Apache-2.0
// Control of one macro: two overlapping state machines, as in hw/macro/macro_sequencer.h.
//   word lines: drive -> settle -> [wait for the converter] -> sample, per slice and row group
//   converter:  one mux position per conversion_cycles; after the last one, the final shift-add
// A request accepted at an edge is answered (response_valid) mvm_timing().total edges later. The
// configuration is stable while an MVM runs. drive_cycles + settle_cycles and conversion_cycles must
// be at least 1; every other count of cycles may be 0. The strobes settled, sample and convert announce
// what happens at the coming edge, for the slice and row group (or position) shown beside them.
module macro_control #(
    parameter int CYCLE_BITS = 21,
    parameter int COUNT_BITS = 13
) (
    input  logic                  clk,
    input  logic                  rst_n,

    input  logic                  sample_and_hold,
    input  logic [CYCLE_BITS-1:0] drive_cycles,
    input  logic [CYCLE_BITS-1:0] settle_cycles,
    input  logic [CYCLE_BITS-1:0] sample_cycles,
    input  logic [CYCLE_BITS-1:0] conversion_cycles,
    input  logic [CYCLE_BITS-1:0] add_cycles,
    input  logic [3:0]            slices,
    input  logic [COUNT_BITS-1:0] row_groups,
    input  logic [COUNT_BITS-1:0] mux_positions,

    input  logic                  request_valid,
    output logic                  request_ready,
    output logic                  response_valid,
    input  logic                  response_ready,

    output logic [2:0]            state,
    output logic [3:0]            slice,
    output logic [COUNT_BITS-1:0] row_group,
    output logic                  settled,
    output logic                  sample,
    output logic                  converting,
    output logic [COUNT_BITS-1:0] position,
    output logic                  convert,
    output logic                  last_position
);
    localparam logic [2:0] IDLE = 3'd0, DRIVE = 3'd1, SETTLE = 3'd2, WAIT_SAMPLE = 3'd3,
                           SAMPLE = 3'd4, HOLD = 3'd5;
    localparam logic [CYCLE_BITS-1:0] ONE = 1;

    logic [CYCLE_BITS-1:0] word_line_left, converter_left;
    logic busy, last_sampled, adding;

    wire request = request_valid && request_ready;
    wire response = response_valid && response_ready;
    wire word_line_end = word_line_left == ONE;
    wire converter_end = converter_left == ONE;

    // Converter: what ends at this edge.
    assign convert = converting && converter_end;
    assign last_position = position + 1'b1 == mux_positions;
    wire conversions_end = convert && last_position;
    wire mvm_converted = conversions_end && last_sampled;
    wire finish = (mvm_converted && add_cycles == 0) || (adding && converter_end);

    // Word lines: what ends at this edge.
    assign settled = word_line_end && (state == SETTLE || (state == DRIVE && settle_cycles == 0));
    wire converter_free = !converting || conversions_end;
    wire begin_sample =
        sample_and_hold && converter_free && (settled || state == WAIT_SAMPLE);
    assign sample = sample_and_hold ? (begin_sample && sample_cycles == 0) ||
                                          (state == SAMPLE && word_line_end)
                                    : settled;
    wire last_group = row_group + 1'b1 == row_groups;
    wire last_evaluation = last_group && slice + 1'b1 == slices;
    wire next_front = sample_and_hold ? sample && !last_evaluation
                                      : state == HOLD && conversions_end && !last_sampled;
    wire begin_front = request || next_front;

    assign request_ready = !busy || response;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            state <= IDLE;
            word_line_left <= '0;
        end else if (begin_front) begin
            state <= drive_cycles == 0 ? SETTLE : DRIVE;
            word_line_left <= drive_cycles == 0 ? settle_cycles : drive_cycles;
        end else if (sample) begin
            state <= sample_and_hold ? IDLE : HOLD;
        end else if (begin_sample) begin
            state <= SAMPLE;
            word_line_left <= sample_cycles;
        end else if (settled) begin
            state <= WAIT_SAMPLE;
        end else if (state == DRIVE && word_line_end) begin
            state <= SETTLE;
            word_line_left <= settle_cycles;
        end else if (state == HOLD && mvm_converted) begin
            state <= IDLE;
        end else if (state == DRIVE || state == SETTLE || state == SAMPLE) begin
            word_line_left <= word_line_left - ONE;
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            slice <= '0;
            row_group <= '0;
            last_sampled <= 1'b0;
        end else if (request) begin
            slice <= '0;
            row_group <= '0;
            last_sampled <= 1'b0;
        end else if (sample) begin
            row_group <= last_group ? '0 : row_group + 1'b1;
            slice <= last_group ? slice + 1'b1 : slice;
            last_sampled <= last_evaluation;
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            converting <= 1'b0;
            position <= '0;
            adding <= 1'b0;
            converter_left <= '0;
        end else if (sample) begin
            converting <= 1'b1;
            position <= '0;
            converter_left <= conversion_cycles;
        end else if (conversions_end) begin
            converting <= 1'b0;
            adding <= last_sampled && add_cycles != 0;
            converter_left <= add_cycles;
        end else if (convert) begin
            position <= position + 1'b1;
            converter_left <= conversion_cycles;
        end else if (converting || adding) begin
            converter_left <= converter_left - ONE;
            if (finish) adding <= 1'b0;
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            busy <= 1'b0;
            response_valid <= 1'b0;
        end else begin
            busy <= request || (busy && !response);
            response_valid <= finish || (response_valid && !response);
        end
    end
endmodule
