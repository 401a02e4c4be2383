// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

// A number with its unit in the type (joules, watts, square metres, seconds), so that an energy
// cannot be passed where a power is meant.
template <class Tag>
class Quantity {
public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(double si) : value_(si) {}
    constexpr double value() const { return value_; }

    constexpr Quantity& operator+=(Quantity other) {
        value_ += other.value_;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) {
        return Quantity(a.value_ + b.value_);
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) {
        return Quantity(a.value_ - b.value_);
    }
    friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
    friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.value_ * k); }
    friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
    friend constexpr bool operator<(Quantity a, Quantity b) { return a.value_ < b.value_; }
    friend constexpr bool operator>(Quantity a, Quantity b) { return b < a; }
    friend constexpr bool operator<=(Quantity a, Quantity b) { return !(b < a); }
    friend constexpr bool operator>=(Quantity a, Quantity b) { return !(a < b); }
    friend constexpr bool operator==(Quantity a, Quantity b) { return a.value_ == b.value_; }
    friend constexpr bool operator!=(Quantity a, Quantity b) { return !(a == b); }

private:
    double value_ = 0;
};

using Energy = Quantity<struct EnergyTag>;    // joules
using Power = Quantity<struct PowerTag>;      // watts
using Area = Quantity<struct AreaTag>;        // square metres
using Seconds = Quantity<struct SecondsTag>;  // seconds

constexpr Energy femtojoules(double v) {
    return Energy(v * 1e-15);
}
constexpr Energy picojoules(double v) {
    return Energy(v * 1e-12);
}
constexpr Power nanowatts(double v) {
    return Power(v * 1e-9);
}
constexpr Power microwatts(double v) {
    return Power(v * 1e-6);
}
constexpr Area square_microns(double v) {
    return Area(v * 1e-12);
}
constexpr Seconds picoseconds(double v) {
    return Seconds(v * 1e-12);
}
constexpr Seconds nanoseconds(double v) {
    return Seconds(v * 1e-9);
}

constexpr double in_square_millimetres(Area a) {
    return a.value() * 1e6;
}

constexpr Energy operator*(Power p, Seconds t) {
    return Energy(p.value() * t.value());
}
constexpr Energy operator*(Seconds t, Power p) {
    return p * t;
}

}  // namespace cimarron
