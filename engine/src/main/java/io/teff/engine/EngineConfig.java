package io.teff.engine;

import io.teff.affinity.PinPlan;

/** Stub. */
public record EngineConfig(int workers, PinPlan pin, IdlePreset idle, int inboxCapacity) {
    public static Builder builder() {
        return new Builder();
    }

    /** Stub. */
    public static final class Builder {
        private int workers = Runtime.getRuntime().availableProcessors();
        private PinPlan pin;
        private IdlePreset idle = IdlePreset.BALANCED;
        private int inboxCapacity = 1 << 14;

        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        public Builder pin(PinPlan pin) {
            this.pin = pin;
            return this;
        }

        public Builder idle(IdlePreset idle) {
            this.idle = idle;
            return this;
        }

        public Builder inboxCapacity(int inboxCapacity) {
            this.inboxCapacity = inboxCapacity;
            return this;
        }

        public EngineConfig build() {
            return new EngineConfig(workers, pin, idle, inboxCapacity);
        }
    }
}
