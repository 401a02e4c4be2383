// SPDX-License-Identifier: Apache-2.0
#include "hw/macro/macro_rtl.h"

#include "Vmacro_digital.h"
#include "common/error.h"
#include "hw/macro/clocked_sequencer.h"

#include <fmt/format.h>
#include <systemc>

namespace cimarron {

namespace {

constexpr int kAdcBits = 16;  // of the verilated instance: the widest a macro may have

class MacroRtl final : public MacroDigital {
public:
    MacroRtl(std::string name, const MacroParams& params, const MacroDatapath& datapath,
             MacroSteps& steps);
    ~MacroRtl() override { rtl_.final(); }

    void begin() override;
    void step_word_lines() override {}  // one clock: the converter's timer
    void step_converter() override;
    void taken() override;
    void inject(Fault fault) override;
    const std::vector<std::int32_t>& partial_sums() const override { return partial_sums_; }

private:
    void configure();
    void edge();
    void clock_pulse();
    void drive_codes();
    void compare_strobes(const MacroPinValues& model, const MacroPinValues& rtl);
    void compare_state(const MacroPinValues& model, const MacroPinValues& rtl);
    void perform(const MacroPinValues& strobes);
    void read_results();
    void expect(const char* signal, std::int64_t expected, std::int64_t got);
    MacroPinValues pins() const;

    const std::string name_;
    const MacroParams& params_;
    const MacroDatapath& datapath_;
    MacroSteps& steps_;
    const int weight_bits_;
    VerilatedContext context_;
    Vmacro_digital rtl_{&context_};
    ClockedSequencer twin_;
    std::int64_t mvms_ = 0;
    bool taken_ = false;
    bool flip_code_ = false;
    int held_slice_ = 0;
    bool held_last_ = false;
    std::vector<std::int32_t> partial_sums_;
};

void check_fit(const MacroParams& p) {
    if (p.adcs() > CIMARRON_RTL_ADCS || p.adc.columns_per_adc > CIMARRON_RTL_COLUMNS_PER_ADC)
        throw UserError(fmt::format(
            "macro.implementation: rtl was built for {} ADCs of {} columns, the macro has {} of {} "
            "(CMake: CIMARRON_RTL_ADCS, CIMARRON_RTL_COLUMNS_PER_ADC)",
            CIMARRON_RTL_ADCS, CIMARRON_RTL_COLUMNS_PER_ADC, p.adcs(), p.adc.columns_per_adc));
    if (p.word_line_driver.drive_cycles + p.word_line_driver.settle_cycles < 1)
        throw UserError(
            "macro.implementation: rtl needs drive_cycles + settle_cycles of 1 or more");
}

MacroRtl::MacroRtl(std::string name, const MacroParams& params, const MacroDatapath& datapath,
                   MacroSteps& steps)
    : name_(std::move(name)),
      params_(params),
      datapath_(datapath),
      steps_(steps),
      weight_bits_(datapath.placement().columns / datapath.placement().channels),
      twin_(params, datapath),
      partial_sums_(static_cast<std::size_t>(datapath.placement().channels)) {
    configure();
    rtl_.rst_n = 0;
    clock_pulse();
    rtl_.rst_n = 1;
    clock_pulse();
}

void MacroRtl::configure() {
    const auto pin = [](int value) { return static_cast<std::uint32_t>(value); };
    const auto small = [](int value) { return static_cast<std::uint8_t>(value); };
    const auto count = [](int value) { return static_cast<std::uint16_t>(value); };
    rtl_.sample_and_hold = params_.sample_and_hold.present ? 1 : 0;
    rtl_.drive_cycles = pin(params_.word_line_driver.drive_cycles);
    rtl_.settle_cycles = pin(params_.word_line_driver.settle_cycles);
    rtl_.sample_cycles = pin(params_.sample_and_hold.sample_cycles);
    rtl_.conversion_cycles = pin(params_.adc.conversion_cycles);
    rtl_.add_cycles = pin(params_.shift_adder.add_cycles);
    rtl_.row_groups = count(datapath_.groups());
    rtl_.mux_positions = count(datapath_.mux_positions());
    rtl_.dac_bits = small(params_.word_line_driver.dac_bits);
    rtl_.weight_bits = small(weight_bits_);
    rtl_.weight_bit_step = small(params_.adcs() % weight_bits_);
    rtl_.adcs = count(params_.adcs());
    rtl_.request_valid = 0;
    rtl_.response_ready = 0;
}

void MacroRtl::clock_pulse() {
    rtl_.clk = 0;
    rtl_.eval();
    rtl_.clk = 1;
    rtl_.eval();
}

void MacroRtl::begin() {
    ++mvms_;
    rtl_.slices = static_cast<std::uint8_t>(datapath_.slices());
    rtl_.request_valid = 1;
    rtl_.response_ready = taken_ ? 1 : 0;
    steps_.word_lines(WordLines::driving, 0, 0);
    edge();
    rtl_.request_valid = 0;
    rtl_.response_ready = 0;
    taken_ = false;
    steps_.wake(MacroSteps::Timer::converter, 1);
}

// A clock edge, until the results are there.
void MacroRtl::step_converter() {
    edge();
    if (rtl_.response_valid == 0) {
        steps_.wake(MacroSteps::Timer::converter, 1);
        return;
    }
    read_results();
    steps_.finished();
}

// The edge that takes the results is that of the next request: nothing can be seen in between.
void MacroRtl::taken() {
    taken_ = true;
}

void MacroRtl::inject(Fault fault) {
    flip_code_ = fault == Fault::rtl_code;
    if (fault == Fault::rtl_timing) ++rtl_.settle_cycles;
}

MacroPinValues MacroRtl::pins() const {
    MacroPinValues v;
    v.state = static_cast<WordLines>(rtl_.state);
    v.slice = rtl_.slice;
    v.row_group = rtl_.row_group;
    v.settled = rtl_.settled != 0;
    v.sample = rtl_.sample != 0;
    v.converting = rtl_.converting != 0;
    v.position = rtl_.position;
    v.convert = rtl_.convert != 0;
    v.response_valid = rtl_.response_valid != 0;
    return v;
}

void MacroRtl::edge() {
    rtl_.clk = 0;
    rtl_.eval();
    const MacroPinValues before = pins();
    if (rtl_.request_valid != 0) expect("request_ready", 1, rtl_.request_ready);
    compare_strobes(twin_.edge(rtl_.request_valid != 0, rtl_.response_ready != 0), before);
    perform(before);
    rtl_.clk = 1;
    rtl_.eval();
    const MacroPinValues now = pins();
    compare_state(twin_.pins(), now);
    if (now.state != before.state || before.sample)
        steps_.word_lines(now.state, now.slice, now.row_group);
}

// What the strobes ask of the array and the ADCs; the codes must be at the pins before the edge.
void MacroRtl::perform(const MacroPinValues& strobes) {
    if (strobes.convert) {
        steps_.convert(held_slice_, strobes.position);
        drive_codes();
        if (strobes.position + 1 == datapath_.mux_positions()) steps_.converted(held_last_);
    }
    if (strobes.settled) steps_.settled(strobes.slice, strobes.row_group);
    if (strobes.sample) {
        held_slice_ = strobes.slice;
        held_last_ =
            strobes.slice + 1 == datapath_.slices() && strobes.row_group + 1 == datapath_.groups();
        steps_.sampled(strobes.slice, strobes.row_group);
    }
}

void MacroRtl::drive_codes() {
    constexpr int kCodesPerWord = 32 / kAdcBits;
    for (int a = 0; a < datapath_.converted(); ++a) {
        auto code = static_cast<std::uint32_t>(datapath_.codes()[static_cast<std::size_t>(a)]);
        if (flip_code_ && a == 0) code ^= 1;
        std::uint32_t& word = rtl_.adc_code[static_cast<std::size_t>(a / kCodesPerWord)];
        const int shift = a % kCodesPerWord * kAdcBits;
        word = (word & ~(0xffffU << shift)) | code << shift;
    }
}

void MacroRtl::compare_strobes(const MacroPinValues& model, const MacroPinValues& rtl) {
    expect("settled", model.settled, rtl.settled);
    expect("sample", model.sample, rtl.sample);
    expect("convert", model.convert, rtl.convert);
}

void MacroRtl::compare_state(const MacroPinValues& model, const MacroPinValues& rtl) {
    expect("state", static_cast<int>(model.state), static_cast<int>(rtl.state));
    if (model.state != WordLines::idle) {
        expect("slice", model.slice, rtl.slice);
        expect("row_group", model.row_group, rtl.row_group);
    }
    expect("converting", model.converting, rtl.converting);
    if (model.converting) expect("position", model.position, rtl.position);
    expect("response_valid", model.response_valid, rtl.response_valid);
}

void MacroRtl::read_results() {
    for (std::size_t o = 0; o < partial_sums_.size(); ++o) {
        std::uint32_t sum = 0;
        for (int k = 0; k < weight_bits_; ++k) {
            const int column = static_cast<int>(o) * weight_bits_ + k;
            rtl_.read_position = static_cast<std::uint16_t>(column / params_.adcs());
            rtl_.read_adc = static_cast<std::uint16_t>(column % params_.adcs());
            rtl_.eval();
            sum += rtl_.column_sum;
        }
        partial_sums_[o] = static_cast<std::int32_t>(sum);
        if (partial_sums_[o] != datapath_.partial_sums()[o])
            expect(fmt::format("partial_sum_{}", o).c_str(), datapath_.partial_sums()[o],
                   partial_sums_[o]);
    }
}

void MacroRtl::expect(const char* signal, std::int64_t expected, std::int64_t got) {
    if (expected == got) return;
    SC_REPORT_FATAL("cimarron/rtl", fmt::format("{}: cycle {}, MVM {}: {}: expected {}, got {}",
                                                name_, steps_.now(), mvms_, signal, expected, got)
                                        .c_str());
}

}  // namespace

std::unique_ptr<MacroDigital> make_macro_rtl(const std::string& name, const MacroParams& params,
                                             const MacroDatapath& datapath, MacroSteps& steps) {
    check_fit(params);
    return std::make_unique<MacroRtl>(name, params, datapath, steps);
}

}  // namespace cimarron
