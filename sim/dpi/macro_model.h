// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/macro/clocked_sequencer.h"
#include "hw/macro/macro_datapath.h"
#include "sim/dpi/model.h"

namespace cimarron::dpi {

// One macro: clocked by its own control, or its array and ADCs alone, driven from outside.
class MacroModel final : public Model, private MacroSteps {
public:
    struct Shape {
        int rows, channels, weight_bits, input_bits;
    };
    MacroModel(const std::string& run_file, const std::string& settings, const Shape& shape);

    void weight(int channel, int row, int code);
    void input(int row, int code);
    int rows() const { return shape_.rows; }
    int channels() const { return shape_.channels; }

    std::int64_t run();
    void clock(bool request_valid, bool response_ready);

    void load();
    void settle(int slice, int row_group);
    void sample();
    void convert(int position);
    int code(int adc) const;

    int pin(int number) const;
    std::int64_t sum(int channel) const;

    Energy energy() const override;
    Power leakage() const override;

private:
    AcceleratorActivity done() const override;
    std::int64_t own_parameter(const std::string& name) const override;
    int slices() const;

    // What the twin's control asks of the array.
    void wake(Timer /*timer*/, int /*cycles*/) override {}
    void word_lines(WordLines /*state*/, int /*slice*/, int /*group*/) override {}
    void settled(int slice, int group) override { datapath_.evaluate(slice, group); }
    void sampled(int /*slice*/, int /*group*/) override { datapath_.sample(); }
    void convert(int slice, int position) override { datapath_.convert(slice, position); }
    void converted(bool /*last_evaluation*/) override {}
    void finished() override {}
    std::int64_t now() const override { return 0; }  // its listener needs no time

    const Shape shape_;
    MacroDatapath datapath_;
    ClockedSequencer twin_{params_.macro, datapath_, this};
    MacroPinValues strobes_;  // of the last edge
    bool busy_ = false;
    std::vector<std::uint8_t> weights_;
    std::vector<std::uint8_t> inputs_;
    bool weights_changed_ = true;
    // Of the array driven from outside: what it settled to, and what it holds.
    int settled_slice_ = -1;
    int held_slice_ = -1;
};

}  // namespace cimarron::dpi
