-- Messages into executions: signals, webhook resumes, decisions; approvals; why a parked execution waits, for programs.

-- {"code", "params"}, written with every wait; read only while the execution waits.
ALTER TABLE executions ADD COLUMN IF NOT EXISTS why json;
