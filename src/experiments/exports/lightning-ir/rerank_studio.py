"""What Lightning IR does not have of Rerank Studio's experiments: transformers' classification heads, frozen position
embeddings, WeightedRankNet, and a cosine schedule. Lightning IR finds this file because it lies in the folder that it is
started from."""

import math
from pathlib import Path

import torch
from lightning_ir import (
    CrossEncoderConfig,
    CrossEncoderModel,
    CrossEncoderModule,
    CrossEncoderOutput,
    CrossEncoderTokenizer,
    LinearLRSchedulerWithLinearWarmup,
)
from lightning_ir.base.model import batch_encoding_wrapper
from lightning_ir.loss.base import PairwiseLossFunction
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.activations import ACT2FN


class StudioConfig(CrossEncoderConfig):
    model_type = "rerank-studio"

    def __init__(
        self,
        head_activation: str = "tanh",
        head_input_dropout: bool = False,
        freeze_position_embeddings: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.head_activation = head_activation
        self.head_input_dropout = head_input_dropout
        self.freeze_position_embeddings = freeze_position_embeddings


class StudioModel(CrossEncoderModel):
    """First token → (dropout →) dense → activation → dropout → one score, as AutoModelForSequenceClassification."""

    config_class = StudioConfig

    def __init__(self, config: StudioConfig, *args, **kwargs):
        super().__init__(config, *args, **kwargs)
        self.pooler = None  # RoBERTa's own, which would get no gradient
        probability = getattr(config, "classifier_dropout", None)
        self.head_dropout = torch.nn.Dropout(config.hidden_dropout_prob if probability is None else probability)
        self.head_dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
        self.head_output = torch.nn.Linear(config.hidden_size, 1)

    @batch_encoding_wrapper
    def forward(self, encoding):
        first = self._backbone_forward(**encoding).last_hidden_state[:, 0]
        inner = self.head_dense(self.head_dropout(first) if self.config.head_input_dropout else first)
        pooled = ACT2FN[self.config.head_activation](inner)
        return CrossEncoderOutput(scores=self.head_output(self.head_dropout(pooled)).view(-1), embeddings=pooled)


class StudioModule(CrossEncoderModule):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if getattr(self.config, "freeze_position_embeddings", False):
            self.model.embeddings.position_embeddings.requires_grad_(False)

    def setup(self, stage):
        # Builds the store of the documents in one process: Lightning IR 0.0.6 registers local data sets after that was due, and then
        # every process writes the same file.
        datamodule = getattr(self.trainer, "datamodule", None)
        if datamodule is not None and self.trainer.local_rank == 0:
            datamodule.prepare_data()
        self.trainer.strategy.barrier("documents")

    def on_save_checkpoint(self, checkpoint):
        # `log_dir` is broadcast, so every process must ask for it as often: Lightning IR 0.0.6 asks once more on the first one, and
        # waits for ever where there are several.
        log_dir = self.trainer.log_dir
        if log_dir is not None and self.trainer.is_global_zero:
            self.config.save_step = self.trainer.global_step
            self.save_pretrained(Path(log_dir) / "huggingface_checkpoint")


class WeightedRankNet(PairwiseLossFunction):
    """RankNet, each pair weighted by 1 / (rank_i + rank_j), ranks by the scores as they are; mean over the pairs."""

    def compute_loss(self, output, batch):
        scores = self.process_scores(output)
        query, above, below = self.get_pairwise_idcs(self.process_targets(scores, batch))
        ranks = scores.detach().argsort(dim=1, descending=True, stable=True).argsort(dim=1) + 1
        losses = torch.nn.functional.softplus(scores[query, below] - scores[query, above])
        return (losses / (ranks[query, above] + ranks[query, below])).mean()


class CosineLRSchedulerWithLinearWarmup(LinearLRSchedulerWithLinearWarmup):
    def value_lambda(self, current_step: int) -> float:
        value = super().value_lambda(current_step)
        return value if self._check_warmup(current_step) else 0.5 * (1 - math.cos(math.pi * value))


AutoConfig.register(StudioConfig.model_type, StudioConfig, exist_ok=True)
AutoModel.register(StudioConfig, StudioModel, exist_ok=True)
AutoTokenizer.register(StudioConfig, CrossEncoderTokenizer, exist_ok=True)
