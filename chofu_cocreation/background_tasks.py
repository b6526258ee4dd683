"""What Celery runs: the schedule of beat, the tasks that an event wakes, the runners of long jobs, their queues."""

# Work that takes minutes waits in a queue of its own, so that it never holds up mail.
CELERY_TASK_ROUTES = {"apps.operations.tasks.run_slow_jobs": {"queue": "reports"}}
CELERY_BEAT_SCHEDULE = {
    "read-proposals": {"task": "apps.analysis.tasks.read_proposals", "schedule": 60.0},
    "strike-missing-words": {"task": "apps.analysis.tasks.strike_missing_words", "schedule": 24 * 3600.0},
    "take-pulse": {"task": "apps.operations.tasks.take_pulse", "schedule": 60.0},
    "deliver-mail": {"task": "apps.operations.tasks.deliver_mail", "schedule": 60.0},
    "run-jobs": {"task": "apps.operations.tasks.run_jobs", "schedule": 60.0},
    "run-slow-jobs": {"task": "apps.operations.tasks.run_slow_jobs", "schedule": 60.0},
    "forget-job-files": {"task": "apps.operations.tasks.forget_job_files", "schedule": 24 * 3600.0},
    "forget-dead-mail": {"task": "apps.operations.tasks.forget_dead_mail", "schedule": 24 * 3600.0},
    "forget-old-logs": {"task": "apps.operations.tasks.forget_old_logs", "schedule": 24 * 3600.0},
    "forget-invited": {"task": "apps.accounts.tasks.forget_invited", "schedule": 24 * 3600.0},
    "forget-sessions": {"task": "apps.operations.tasks.forget_sessions", "schedule": 6 * 3600.0},
    "forget-made-files": {"task": "apps.operations.tasks.forget_made_files", "schedule": 3600.0},
    "forget-kept-uploads": {"task": "apps.operations.tasks.forget_kept_uploads", "schedule": 900.0},
    "forget-stray-files": {"task": "apps.operations.tasks.forget_stray_files", "schedule": 24 * 3600.0},
    "write-reminders": {"task": "apps.consultations.tasks.write_reminders", "schedule": 900.0},
    "tell-new-voices": {"task": "apps.consultations.tasks.tell_new_voices", "schedule": 900.0},
    "move-duties": {"task": "apps.portal.tasks.move_duties", "schedule": 900.0},
    "write-work-mail": {"task": "apps.accounts.tasks.write_work_mail", "schedule": 900.0},
    "remind-plan-writers": {"task": "apps.plans.tasks.remind_writers", "schedule": 3600.0},
    "remind-departments": {"task": "apps.participation.tasks.remind_departments", "schedule": 3600.0},
    "write-digests": {"task": "apps.consultations.tasks.write_digests", "schedule": 900.0},
    "forget-import-files": {"task": "apps.consultations.tasks.forget_import_files", "schedule": 24 * 3600.0},
    "erase-withdrawn": {"task": "apps.consultations.tasks.erase_withdrawn", "schedule": 6 * 3600.0},
    "forget-redacted-words": {"task": "apps.consultations.tasks.forget_redacted_words", "schedule": 600.0},
    "write-moderation-summary": {"task": "apps.consultations.tasks.write_moderation_summary", "schedule": 900.0},
    "forget-applicants": {"task": "apps.consultations.tasks.forget_applicant_emails", "schedule": 86400.0},
    "delete-draw-entries": {"task": "apps.surveys.tasks.delete_draw_entries", "schedule": 3600.0},
    "delete-senders": {"task": "apps.public_comments.tasks.delete_senders", "schedule": 3600.0},
    "remind-view-writers": {"task": "apps.public_comments.tasks.remind_writers", "schedule": 3600.0},
    "tell-followers": {"task": "apps.consultations.tasks.tell_followers", "schedule": 300.0},
}
# A lower app says a word on commit; these tasks are woken by it. Beat's sweep alone would do, only later.
TASKS_BY_EVENT = {
    "job-queued": ["apps.operations.tasks.run_jobs", "apps.operations.tasks.run_slow_jobs"],
    "mail-queued": ["apps.operations.tasks.deliver_mail"],
    "proposal-changed": ["apps.analysis.tasks.read_changed_proposals", "apps.consultations.tasks.delete_public_files"],
}
# Long work (operations.Job): the function that does each kind, and the kinds that run one at a time.
JOB_RUNNERS: dict[str, str] = {
    "check-import": "apps.intake.jobs.run_check",
    "draw-words": "apps.analysis.jobs.run_drawing",
    "export-proposals": "apps.intake.jobs.run_export",
    "import-proposals": "apps.intake.jobs.run_import",
    "move-batch": "apps.intake.jobs.run_move",
    "plan-report": "apps.plans.jobs.run_report",
}
SLOW_JOBS: set[str] = {"draw-words", "plan-report"}
