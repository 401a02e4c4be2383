// SPDX-License-Identifier: Apache-2.0
// A host in RTL: works through the commands in a memory of 64-bit words, over AXI4-Lite (registers) and
// AXI4-Stream (packets). A command's word holds the code in bits 63:56 and a count in bits 31:0:
//   END                stops: done rises
//   WRITE              a register: its address and its value are the next two words
//   STREAM             a packet of `count` bytes: the next ceil(count / 8) words, lowest byte first
//   POLL               a register, at the address in the next word, until no bit of `count` is set; fails when
//                      one of bits 55:32 is (of value bits 23:0)
//   WAIT               for irq
//   RECEIVE            a packet of any length: its beats come out as results, a cycle each
// An access that is not answered OKAY stops it too, with failed. memory_data is the word at memory_address,
// in the same cycle; no other input reaches an output without a register between.
module host_controller #(
    parameter int ADDRESS_BITS = 24
) (
    input  logic                    clk,
    input  logic                    rst_n,

    output logic [ADDRESS_BITS-1:0] memory_address,
    input  logic [63:0]             memory_data,

    output logic [31:0]             axil_awaddr,
    output logic                    axil_awvalid,
    input  logic                    axil_awready,
    output logic [63:0]             axil_wdata,
    output logic [7:0]              axil_wstrb,
    output logic                    axil_wvalid,
    input  logic                    axil_wready,
    input  logic [1:0]              axil_bresp,
    input  logic                    axil_bvalid,
    output logic                    axil_bready,
    output logic [31:0]             axil_araddr,
    output logic                    axil_arvalid,
    input  logic                    axil_arready,
    /* verilator lint_off UNUSEDSIGNAL */  // POLL looks at 32 bits
    input  logic [63:0]             axil_rdata,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [1:0]              axil_rresp,
    input  logic                    axil_rvalid,
    output logic                    axil_rready,

    output logic [63:0]             m_axis_tdata,
    output logic [7:0]              m_axis_tkeep,
    output logic                    m_axis_tlast,
    output logic                    m_axis_tvalid,
    input  logic                    m_axis_tready,

    input  logic [63:0]             s_axis_tdata,
    input  logic                    s_axis_tlast,
    input  logic                    s_axis_tvalid,
    output logic                    s_axis_tready,

    input  logic                    irq,

    output logic [63:0]             result,
    output logic                    result_valid,
    output logic                    done,
    output logic                    failed
);
    localparam logic [7:0] WRITE = 8'd1, STREAM = 8'd2, WAIT = 8'd3, RECEIVE = 8'd4,
                           POLL = 8'd5;
    localparam logic [3:0] FETCH = 4'd0, ADDRESS = 4'd1, VALUE = 4'd2, RESPONSE = 4'd3,
                           SEND = 4'd4, INTERRUPT = 4'd5, PACKET = 4'd6, READ = 4'd7,
                           READ_DATA = 4'd8, STOP = 4'd9;

    logic [3:0] state;
    logic [31:0] count;       // of STREAM: bytes left, the beat shown included
    logic [23:0] fail_mask;

    wire beat_taken = m_axis_tvalid && m_axis_tready;
    wire result_taken = s_axis_tvalid && s_axis_tready;

    assign axil_wstrb = 8'hff;
    assign axil_bready = state == RESPONSE;
    assign m_axis_tdata = memory_data;
    assign m_axis_tvalid = state == SEND;
    assign m_axis_tlast = count <= 32'd8;
    assign m_axis_tkeep = m_axis_tlast ? 8'hff >> (4'd8 - count[3:0]) : 8'hff;
    assign s_axis_tready = state == PACKET;
    assign axil_rready = state == READ_DATA;
    assign done = state == STOP;

    wire answered = axil_rvalid && axil_rready;
    wire read_failed = axil_rresp != 2'd0 || (axil_rdata[23:0] & fail_mask) != '0;
    wire read_again = answered && !read_failed && (axil_rdata[31:0] & count) != '0;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            state <= FETCH;
            count <= '0;
            fail_mask <= '0;
            failed <= 1'b0;
        end else
            case (state)
                FETCH: begin
                    count <= memory_data[31:0];
                    fail_mask <= memory_data[55:32];
                    case (memory_data[63:56])
                        WRITE: state <= ADDRESS;
                        STREAM: state <= SEND;
                        WAIT: state <= INTERRUPT;
                        RECEIVE: state <= PACKET;
                        POLL: state <= READ;
                        default: state <= STOP;
                    endcase
                end
                ADDRESS: state <= VALUE;
                VALUE: state <= RESPONSE;
                RESPONSE:
                    if (axil_bvalid) begin
                        state <= axil_bresp == 2'd0 ? FETCH : STOP;
                        failed <= axil_bresp != 2'd0;
                    end
                SEND:
                    if (beat_taken) begin
                        count <= count - 32'd8;
                        if (m_axis_tlast) state <= FETCH;
                    end
                READ: state <= READ_DATA;
                READ_DATA:
                    if (answered && !read_again) begin
                        state <= read_failed ? STOP : FETCH;
                        failed <= read_failed;
                    end
                INTERRUPT: if (irq) state <= FETCH;
                PACKET: if (result_taken && s_axis_tlast) state <= FETCH;
                default: state <= STOP;
            endcase
    end

    // The word after the one that this edge uses up.
    wire word_used = state == FETCH || state == ADDRESS || state == VALUE || state == READ ||
                     beat_taken;
    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) memory_address <= '0;
        else if (word_used) memory_address <= memory_address + 1'b1;
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            axil_awaddr <= '0;
            axil_awvalid <= 1'b0;
            axil_wdata <= '0;
            axil_wvalid <= 1'b0;
            axil_araddr <= '0;
            axil_arvalid <= 1'b0;
        end else begin
            if (state == ADDRESS) axil_awaddr <= memory_data[31:0];
            if (state == VALUE) axil_wdata <= memory_data;
            if (state == READ) axil_araddr <= memory_data[31:0];
            axil_arvalid <= state == READ || read_again || (axil_arvalid && !axil_arready);
            axil_awvalid <= state == ADDRESS || (axil_awvalid && !axil_awready);
            axil_wvalid <= state == VALUE || (axil_wvalid && !axil_wready);
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            result <= '0;
            result_valid <= 1'b0;
        end else begin
            if (result_taken) result <= s_axis_tdata;
            result_valid <= result_taken;
        end
    end
endmodule
